import { type DocumentNode, execute, type GraphQLError, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import { ProblemsError, printProblem } from '../../errors/problem.ts';
import type { CallPolicy, Protect } from '../../model/call.ts';
import { Cancellation } from '../../model/cancellation.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { OpenSubscription, SendFetch, Source, SourceFetch } from '../../model/source.ts';
import type { SourceText, SubgraphSchema } from '../../model/subgraph.ts';
import { readStitching } from '../../subgraph/directives/stitching.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { checkRenames } from './check-renames.ts';
import { checkStitching } from './check-stitching.ts';
import { toAnswer, toFailure } from './fetch-errors.ts';
import { partAliases } from './part-aliases.ts';
import { createPlainService, type PlainService } from './plain-service.ts';
import { reloadAfterFailure } from './reload-after-failure.ts';
import { renameService } from './rename-service.ts';
import { ServiceSchemas } from './service-schemas.ts';
import { settleConditions } from './settle-conditions.ts';
import { type CallsSettings, prepareCalls } from './stitched-calls.ts';
import { createStitchedSchema } from './stitched-schema.ts';
import { streamResults } from './stitched-stream.ts';

type StitchedService = {
  readonly url: string;
  readonly sdl?: SourceText | undefined;
  /** The WebSocket that its subscriptions go over; server-sent events without. */
  readonly socketUrl?: string | undefined;
  /** How long a stream may be silent before it is taken for lost. */
  readonly idleMs?: number | undefined;
};

export type StitchedSourceOptions = {
  readonly subgraph: SubgraphSchema;
  /** The plain services by name. One without SDL is asked for its schema. */
  readonly services: Readonly<Record<string, StitchedService>>;
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
  readonly protect: Protect;
  /** The most that is read of an answer. */
  readonly answerBytes?: number | undefined;
  readonly policyOf: (document: DocumentNode) => CallPolicy;
  /** What services said before, for when they cannot be asked; nothing by default. */
  readonly schemas?: ServiceSchemas | undefined;
  /** Told why a service could not be asked for its schema, where what it said before holds. */
  readonly onStale?: ((service: string, error: unknown) => void) | undefined;
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
  const {
    subgraph,
    services,
    headers,
    protect,
    policyOf,
    answerBytes,
    onStale,
    schemas = new ServiceSchemas(),
  } = options;
  const closing = new Cancellation();
  const plain = Object.entries(services).map(([name, service]) =>
    createPlainService({
      ...service,
      subgraph: subgraph.name,
      name,
      headers,
      protect,
      closing,
      answerBytes,
      schemas,
      onStale,
    }),
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
  const settings: CallsSettings = { protect, policyOf, services: plain, schema };
  return {
    prepare: (fetch) => prepareFetch(fetch, subgraph.name, settings),
    prepareSubscription: (fetch) => prepareStream(fetch, subgraph.name, settings),
    close: async () => {
      closing.cancel(new GatewayError('UPSTREAM_UNAVAILABLE', 'The gateway closes.', { service: subgraph.name }));
      await Promise.all(plain.map((service) => service.close()));
    },
  };
}

async function loadStitchedSchema(subgraph: SubgraphSchema, plain: readonly PlainService[]): Promise<GraphQLSchema> {
  const known = await Promise.all(plain.map(async ({ name, loadSchema }) => ({ name, schema: await loadSchema() })));
  const { fields, renames } = readStitching(subgraph.document);
  const misnamed = checkRenames(subgraph, known, renames);
  if (misnamed.length > 0) throw new ProblemsError(misnamed);
  const services = known.map(({ name, schema }) => ({ name, ...renameService(name, schema, renames) }));
  const problems = checkStitching(subgraph, services, fields);
  if (problems.length > 0) throw new ProblemsError(problems);
  return createStitchedSchema(subgraph, services, fields);
}

function toUnusable(error: unknown, service: string): GatewayError {
  if (!(error instanceof ProblemsError)) return toFailure(error, service);
  const detail = error.problems.map(printProblem).join('\n');
  return new GatewayError('INTERNAL_ERROR', 'The services do not fit the subgraph.', { service, detail, cause: error });
}

function prepareFetch(fetch: SourceFetch, name: string, settings: CallsSettings): SendFetch {
  const { contextOf, waitForSchema } = prepareCalls(fetch.document, settings);
  const { document: parted, restore } = partAliases(fetch.document);
  const documentOf = settleConditions(parted);
  return async ({ variables: variableValues }, request) => {
    const document = documentOf(variableValues);
    try {
      const schema = await waitForSchema(request);
      const result = await execute({ schema, document, variableValues, contextValue: contextOf(request) });
      return restore(toAnswer(result, name, explain));
    } catch (error) {
      return { data: null, errors: [toFailure(error, name)] };
    }
  };
}

function prepareStream(fetch: SourceFetch, name: string, settings: CallsSettings): OpenSubscription {
  const calls = prepareCalls(fetch.document, settings);
  const { document: parted, restore } = partAliases(fetch.document);
  const documentOf = settleConditions(parted);
  return async function* openSubscription({ variables, after, opening }, context) {
    const document = documentOf(variables);
    try {
      for await (const { cursor, ...result } of streamResults({ document, variables, after, opening }, calls, context))
        yield { ...restore(toAnswer(result, name, explain)), cursor };
    } catch (error) {
      if (!context.cancellation.cancelled) throw toFailure(error, name);
    }
  };
}

/** What is wrong without having been an error before is an answer that does not fit the service's schema. */
function explain(error: GraphQLError): GatewayError {
  return unusableAnswer(error.message, { cause: error.originalError ?? error });
}
