import { type DocumentNode, execute, type GraphQLError, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import { ProblemsError, printProblem } from '../../errors/problem.ts';
import type { CallKind, CallPolicy, Protect } from '../../model/call.ts';
import { Cancellation } from '../../model/cancellation.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SendFetch, Source, SourceFetch } from '../../model/source.ts';
import type { SourceText, SubgraphSchema } from '../../model/subgraph.ts';
import { readStitching } from '../../subgraph/directives/stitching.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { checkStitching } from './check-stitching.ts';
import { toAnswer, toFailure } from './fetch-errors.ts';
import { createPlainService, type PlainService, serviceIdentity } from './plain-service.ts';
import { reloadAfterFailure } from './reload-after-failure.ts';
import type { SendToService, StitchedContext } from './stitched-context.ts';
import { createStitchedSchema } from './stitched-schema.ts';
import { unlessCancelled } from '../../model/unless-cancelled.ts';

export type StitchedSourceOptions = {
  readonly subgraph: SubgraphSchema;
  /** The plain services by name. One without SDL is asked for its schema. */
  readonly services: Readonly<Record<string, { readonly url: string; readonly sdl?: SourceText | undefined }>>;
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
  readonly protect: Protect;
  readonly policyOf: (document: DocumentNode) => CallPolicy;
  /** Told when the services' schemas can't be had, or do not fit the subgraph's; requests are answered with that error. */
  readonly onUnusable?: ((error: unknown) => void) | undefined;
};

/** After a failed question for a service's schema, requests fail at once for this long. */
const REST_MS = 1000;

/**
 * Plain GraphQL services, merged and presented as one subgraph. Their schemas are asked for at once and, while they
 * can't be had, again when a request wants them.
 */
export function createStitchedSource(options: StitchedSourceOptions): Source {
  const { subgraph, services, headers, protect } = options;
  const closing = new Cancellation();
  const plain = Object.entries(services).map(([name, { url, sdl }]) =>
    createPlainService({ subgraph: subgraph.name, name, url, sdl, headers, protect, closing }),
  );
  const load = async (): Promise<GraphQLSchema> => {
    try {
      return await loadStitchedSchema(subgraph, plain);
    } catch (error) {
      if (!closing.cancelled) options.onUnusable?.(error);
      throw toUnusable(error, subgraph.name);
    }
  };
  const schema = reloadAfterFailure(load, REST_MS);
  schema().catch(() => {}); // whoever needs it is told; it may be there by then
  return {
    prepare: (fetch) => prepareFetch(fetch, { options, plain, schema }),
    prepareSubscription: () => refuseSubscription(subgraph.name),
    close: async () => {
      closing.cancel(new GatewayError('UPSTREAM_UNAVAILABLE', 'The gateway closes.', { service: subgraph.name }));
      await Promise.all(plain.map((service) => service.close()));
    },
  };
}

async function loadStitchedSchema(subgraph: SubgraphSchema, plain: readonly PlainService[]): Promise<GraphQLSchema> {
  const services = await Promise.all(plain.map(async ({ name, loadSchema }) => ({ name, schema: await loadSchema() })));
  const { fields } = readStitching(subgraph.document);
  const problems = checkStitching(subgraph, services, fields);
  if (problems.length > 0) throw new ProblemsError(problems);
  return createStitchedSchema(subgraph, services, fields);
}

function toUnusable(error: unknown, service: string): GatewayError {
  if (!(error instanceof ProblemsError)) return toFailure(error, service);
  const detail = error.problems.map(printProblem).join('\n');
  return new GatewayError('INTERNAL_ERROR', 'The services do not fit the subgraph.', { service, detail, cause: error });
}

type Connected = {
  readonly options: StitchedSourceOptions;
  readonly plain: readonly PlainService[];
  readonly schema: () => Promise<GraphQLSchema>;
};

function prepareFetch(fetch: SourceFetch, { options, plain, schema }: Connected): SendFetch {
  const { name } = options.subgraph;
  const policy = options.policyOf(fetch.document);
  const sends = new Map<string, Record<CallKind, SendToService>>(
    plain.map((service) => [
      service.name,
      {
        query: options.protect(service.attempt, { kind: 'query', policy, identity: serviceIdentity(service.name) }),
        mutation: options.protect(service.attempt, {
          kind: 'mutation',
          policy,
          identity: serviceIdentity(service.name),
        }),
      },
    ]),
  );
  // The wait for a schema takes a call's time, too; asking again is what `schema` does by itself.
  const waitForSchema = options.protect<undefined, GraphQLSchema>(
    (_, { cancellation }) => unlessCancelled(schema(), cancellation),
    { kind: 'query', policy: { ...policy, retry: { attempts: 0 } } },
  );
  return async ({ variables }, request) => {
    try {
      const contextValue: StitchedContext = {
        request,
        send: (service, kind) => sends.get(service)?.[kind] ?? unknownService,
      };
      const result = await execute({
        schema: await waitForSchema(undefined, request),
        document: fetch.document,
        variableValues: variables,
        contextValue,
      });
      return toAnswer(result, name, explain);
    } catch (error) {
      return { data: null, errors: [toFailure(error, name)] };
    }
  };
}

function unknownService(): Promise<never> {
  return Promise.reject(new GatewayError('INTERNAL_ERROR', 'A service was asked that is not stitched in.'));
}

function refuseSubscription(service: string): never {
  throw new GatewayError('INTERNAL_ERROR', 'Plain GraphQL services have no subscriptions here.', { service });
}

/** What is wrong without having been an error before is an answer that does not fit the service's schema. */
function explain(error: GraphQLError): GatewayError {
  return unusableAnswer(error.message, { cause: error.originalError ?? error });
}
