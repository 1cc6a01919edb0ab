import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  validateSubscriptionArgs,
} from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import { ProblemsError } from '../../errors/problem.ts';
import type { AttemptContext, CallKind, CallPolicy, Protect } from '../../model/call.ts';
import type { Cancellation } from '../../model/cancellation.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { FetchAnswer, FetchCall, OpenSubscription, SendFetch, Source, SourceFetch } from '../../model/source.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { assertNotReentered } from './call-chain.ts';
import { checkResolvers, type ResolverMap } from './check-resolvers.ts';
import { createExecutableSchema } from './executable-schema.ts';
import { toAnswer, toFailure } from './fetch-errors.ts';
import { fieldCoordinate } from './field-coordinate.ts';
import { type ContextOf, createContextFactory } from './create-resolver-context.ts';
import type { CreateServices } from './services.ts';
import { untilCancelled } from '../../model/until-cancelled.ts';

export type ResolverSourceOptions = {
  readonly subgraph: SubgraphSchema;
  /** What the module exports; checked against the schema. */
  readonly resolvers: unknown;
  /** The module's file, as problems name it. */
  readonly module?: string | undefined;
  readonly services: CreateServices;
  readonly protect: Protect;
  readonly policyOf: (document: DocumentNode) => CallPolicy;
};

/** Runs a subgraph's hand-written resolvers in this process. Throws ProblemsError if they do not fit the schema. */
export function createResolverSource(options: ResolverSourceOptions): Source {
  const { subgraph, resolvers, module } = options;
  const problems = checkResolvers(subgraph, resolvers, module);
  if (problems.length > 0) throw new ProblemsError(problems);
  const connected: Connected = {
    name: subgraph.name,
    schema: createExecutableSchema(subgraph, resolvers as ResolverMap),
    contextOf: createContextFactory(options.services),
    protect: options.protect,
    policyOf: options.policyOf,
  };
  return {
    prepare: (fetch) => prepareFetch(fetch, connected),
    prepareSubscription: (fetch) => prepareStream(fetch, connected),
    close: async () => {},
  };
}

type Connected = Pick<ResolverSourceOptions, 'protect' | 'policyOf'> & {
  readonly name: string;
  readonly schema: GraphQLSchema;
  readonly contextOf: ContextOf;
};

function prepareFetch(fetch: SourceFetch, { name, schema, contextOf, protect, policyOf }: Connected): SendFetch {
  const kind: CallKind = fetch.operationKind === 'mutation' ? 'mutation' : 'query';
  const policy = policyOf(fetch.document);
  const explain = createExplain(schema, fetch.document);
  const attempt = async (call: FetchCall, { context, cancellation }: AttemptContext): Promise<FetchAnswer> => {
    const result = await run(
      {
        schema,
        document: fetch.document,
        variableValues: call.variables,
        contextValue: contextOf({ context, cancellation, kind }),
      },
      cancellation,
    );
    return finished(toAnswer(result, name, explain), policy);
  };
  const send = protect(attempt, { kind, policy });
  return async (call, context) => {
    try {
      assertNotReentered(context, name);
      return await send(call, context);
    } catch (error) {
      return error instanceof UnfinishedAnswer ? error.answer : toFailedAnswer(error, name);
    }
  };
}

/** Executes until it is cancelled; then it rejects with the reason. */
async function run(args: ExecutionArgs, cancellation: Cancellation): Promise<ExecutionResult> {
  try {
    return await execute({ ...args, abortSignal: cancellation.signal });
  } catch (error) {
    throw cancellation.cancelled ? cancellation.reason : error;
  }
}

/** One answer for each event of the field's async iterator; batches and memory are an event's own. */
function prepareStream(
  fetch: SourceFetch,
  { name, schema, contextOf, protect, policyOf }: Connected,
): OpenSubscription {
  const { document } = fetch;
  const explain = createExplain(schema, document);
  type Event = { readonly rootValue: unknown; readonly variableValues: FetchCall['variables'] };
  const resolveEvent = protect(
    async (event: Event, { context, cancellation }) => {
      const contextValue = contextOf({ context, cancellation, kind: 'query' });
      return toAnswer(await run({ schema, document, ...event, contextValue }, cancellation), name, explain);
    },
    { kind: 'query', policy: policyOf(document) },
  );

  async function* answerEvents(
    { variables: variableValues }: FetchCall,
    context: RequestContext,
  ): AsyncGenerator<FetchAnswer> {
    assertNotReentered(context, name);
    const { cancellation } = context;
    const contextValue = contextOf({ context: { ...context, scope: new Map() }, cancellation, kind: 'query' });
    const abortSignal = cancellation.signal;
    const args = validateSubscriptionArgs({ schema, document, variableValues, contextValue, abortSignal });
    const events = 'schema' in args ? await createSourceEventStream(args) : { errors: args };
    if (!(Symbol.asyncIterator in events)) return yield toAnswer(events, name, explain);
    for await (const rootValue of untilCancelled(events, cancellation)) {
      const eventContext = { ...context, scope: new Map() };
      yield await resolveEvent({ rootValue, variableValues }, eventContext).catch((error: unknown) =>
        toFailedAnswer(error, name),
      );
    }
  }

  return async function* openSubscription(call, context) {
    try {
      yield* answerEvents(call, context);
    } catch (error) {
      if (context.cancellation.cancelled) return;
      yield toFailedAnswer(error instanceof GatewayError ? error : explain(toStreamError(error, document)), name);
    }
  };
}

/** What a stream throws after its beginning, at its field. */
function toStreamError(thrown: unknown, document: DocumentNode): GraphQLError {
  const [operation] = document.definitions;
  const node = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections[0] : undefined;
  const originalError = thrown instanceof Error ? thrown : new Error(String(thrown));
  return new GraphQLError(originalError.message, { originalError, ...(node === undefined ? {} : { nodes: [node] }) });
}

function toFailedAnswer(error: unknown, service: string): FetchAnswer {
  return { data: null, errors: [toFailure(error, service)] };
}

/** An answer that another attempt may mend, thrown so that the retry policy sees it. */
class UnfinishedAnswer extends GatewayError {
  readonly answer: FetchAnswer;

  constructor(error: GatewayError, answer: FetchAnswer) {
    super(error.code, error.message, error);
    this.answer = answer;
  }
}

/** Resolvers are run again only where the schema asks for it: what they called has been tried again already. */
function finished(answer: FetchAnswer, policy: CallPolicy): FetchAnswer {
  const failure = answer.errors?.find((error) => error.retry !== 'final');
  if (policy.retry === undefined || failure === undefined) return answer;
  throw new UnfinishedAnswer(failure, answer);
}

type Explain = (error: GraphQLError) => GatewayError;

/** Anything but a GatewayError that a resolver throws is our own fault, told to operators alone, with the field's name. */
function createExplain(schema: GraphQLSchema, document: DocumentNode): Explain {
  return (error) => toResolverFault(error, fieldCoordinate(schema, document, error.nodes?.[0]));
}

function toResolverFault(error: GraphQLError, coordinate = 'A resolver'): GatewayError {
  const detail = `${coordinate}: ${error.message}`;
  return new GatewayError('INTERNAL_ERROR', 'A resolver failed.', { detail, cause: error.originalError ?? error });
}
