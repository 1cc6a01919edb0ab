import {
  buildClientSchema,
  buildSchema,
  type ExecutionResult,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import { type Problem, ProblemsError } from '../../errors/problem.ts';
import type { Attempt, CallIdentity, Protect } from '../../model/call.ts';
import type { Cancellation } from '../../model/cancellation.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SourceText } from '../../model/subgraph.ts';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import { createServiceSubscriptions, type ServiceSubscriptions } from '../http/subscriptions/service-subscriptions.ts';
import { parseServiceAnswer } from './parse-service-answer.ts';
import type { ServiceSchemas } from './service-schemas.ts';
import type { SendToService, ServiceCall } from './stitched-context.ts';

export type PlainServiceOptions = {
  /** The subgraph it is stitched into: whose name clients see. */
  readonly subgraph: string;
  readonly name: string;
  readonly url: string;
  /** Without it the service is asked for its schema. */
  readonly sdl?: SourceText | undefined;
  /** The WebSocket that its subscriptions go over; server-sent events at `url` without. */
  readonly socketUrl?: string | undefined;
  readonly idleMs?: number | undefined;
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
  readonly protect: Protect;
  /** The most that is read of an answer. */
  readonly answerBytes?: number | undefined;
  /** What services said before. */
  readonly schemas: ServiceSchemas;
  /** Told why a service could not be asked, where what it said before holds. */
  readonly onStale?: ((service: string, error: unknown) => void) | undefined;
  /** Ends the question for the service's schema. */
  readonly closing: Cancellation;
};

/** A GraphQL service that knows nothing of federation. */
export type PlainService = {
  readonly name: string;
  readonly attempt: Attempt<ServiceCall, ExecutionResult>;
  readonly subscriptions: ServiceSubscriptions;
  /** Throws ProblemsError for wrong SDL, GatewayError if the service can't be asked. */
  readonly loadSchema: () => Promise<GraphQLSchema>;
  readonly close: () => Promise<void>;
};

/** How long the question for a service's schema may take, with all its attempts. */
const INTROSPECTION_MS = 10_000;

export function createPlainService(options: PlainServiceOptions): PlainService {
  const client = createHttpClient({ service: options.subgraph, url: options.url, answerBytes: options.answerBytes });
  const attempt = createAttempt(client, options);
  const subscriptions = createServiceSubscriptions({
    ...options,
    service: options.subgraph,
    client,
    socketUrl: options.socketUrl,
  });
  return {
    name: options.name,
    attempt,
    subscriptions,
    loadSchema: async () => {
      if (options.sdl !== undefined) return parseSdl(options.sdl, options);
      const send = options.protect(attempt, { kind: 'query', policy: {}, identity: serviceIdentity(options.name) });
      return buildClientSchema(await askForSchema(send, options));
    },
    close: () => {
      subscriptions.close();
      return client.close();
    },
  };
}

/** A plain service is known by its name among the subgraph's. */
export function serviceIdentity(name: string): CallIdentity<ServiceCall> {
  return { name, of: (call) => call };
}

function createAttempt(
  client: HttpClient,
  { subgraph, url, headers }: PlainServiceOptions,
): Attempt<ServiceCall, ExecutionResult> {
  const { pathname, search } = new URL(url);
  const own = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json;q=0.9',
  };
  return async (call, { context, cancellation }) => {
    const request = {
      method: 'POST',
      path: pathname + search,
      headers: { ...headers(context), ...own },
      body: JSON.stringify(call),
      isRepeatable: !call.query.startsWith('mutation'),
    } as const;
    return parseServiceAnswer(await client.send(request, { cancellation }), subgraph);
  };
}

/** What the service says, or said last. */
async function askForSchema(send: SendToService, options: PlainServiceOptions): Promise<IntrospectionQuery> {
  const { schemas, closing, onStale, name } = options;
  try {
    const schema = await introspect(send, options);
    schemas.set(options, schema);
    return schema;
  } catch (error) {
    const last = schemas.get(options);
    if (last === undefined || closing.cancelled) throw error;
    onStale?.(name, error);
    return last;
  }
}

async function introspect(
  send: SendToService,
  { subgraph, name, closing }: PlainServiceOptions,
): Promise<IntrospectionQuery> {
  const cancellation = closing.child();
  const context: RequestContext = {
    requestId: 'introspection',
    caller: { kind: 'anonymous' },
    header: () => null,
    deadlineMs: performance.now() + INTROSPECTION_MS,
    cancellation,
    scope: new Map(),
  };
  try {
    const query = getIntrospectionQuery({ descriptions: false });
    const { data, errors } = await send({ query, variables: {} }, context);
    const [refusal] = errors ?? [];
    if (refusal !== undefined) throw refusal;
    const schema = data as unknown as IntrospectionQuery;
    buildClientSchema(schema); // throws for what is no schema
    return schema;
  } catch (error) {
    throw unknownSchema({ subgraph, name }, error);
  } finally {
    cancellation.release();
  }
}

function unknownSchema(
  { subgraph, name }: { readonly subgraph: string; readonly name: string },
  error: unknown,
): GatewayError {
  const reason = error instanceof GatewayError ? (error.detail ?? error.message) : String(error);
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The service could not be asked for its schema.', {
    service: subgraph,
    detail: `The schema of "${name}" (stitched into "${subgraph}") is not known: ${reason}. If the service refuses introspection, give its SDL as graph.subgraphs.${subgraph}.stitch.${name}.schema.`,
    cause: error,
  });
}

function parseSdl(sdl: SourceText, { subgraph, name }: PlainServiceOptions): GraphQLSchema {
  try {
    return buildSchema(sdl.text, { assumeValidSDL: false });
  } catch (error) {
    throw new ProblemsError([toProblem(sdl, { subgraph, name }, error)]);
  }
}

function toProblem(
  sdl: SourceText,
  owner: { readonly subgraph: string; readonly name: string },
  error: unknown,
): Problem {
  const location = (error as { readonly locations?: readonly { line: number; column: number }[] }).locations?.[0];
  return {
    severity: 'error',
    code: 'STITCHING_INVALID',
    message: `The SDL of the service "${owner.name}" is wrong: ${error instanceof Error ? error.message : String(error)}`,
    remedy: `Correct the file, or take it out of stitch.${owner.name}.schema: the service is then asked for its schema.`,
    subgraph: owner.subgraph,
    places: [{ file: sdl.name, line: location?.line ?? 1, column: location?.column ?? 1 }],
  };
}
