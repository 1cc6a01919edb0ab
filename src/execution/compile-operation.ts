import { OperationTypeNode, type FieldNode, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { SharedText } from '../model/http.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { QueryPlan } from '../model/plan.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { OpenSubscription, SendFetch, SourceFetch } from '../model/source.ts';
import { compilePlan } from './compile-plan.ts';
import { compileSubscription, type Subscribe } from './compile-subscription.ts';
import { createEntityStore, NO_ENTITY_STORE } from './entity-store.ts';
import { createFindService } from './find-service.ts';
import { createIntrospection } from './introspection.ts';
import { createMerge } from './merge.ts';
import { createProjections } from './projections.ts';
import { createSelectedPlaces, createToFetchKey } from './response-keys.ts';
import { createRuns } from './create-runs.ts';
import { createTypeRelations } from './type-relations.ts';

export type CompileInput = {
  /** The client's, whole. */
  readonly operation: CheckedOperation;
  /** Of what the caller may see. */
  readonly plan: QueryPlan;
  /** Fields of `operation` that are answered null, with the reason. */
  readonly denied: ReadonlyMap<FieldNode, string>;
  readonly apiSchema: GraphQLSchema;
  readonly prepare: (fetch: SourceFetch) => SendFetch;
  readonly prepareSubscription: (fetch: SourceFetch) => OpenSubscription;
  /** false: fields that a service has given of an entity are asked for again where they are selected again. */
  readonly entityStore?: boolean | undefined;
};

export type ExecutionResult = {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GatewayError[];
  /** Where it is given to several requests. */
  readonly shared?: SharedText | undefined;
};

/** An operation that can be run many times. `variables` are the client's, coerced, defaults included. */
export type CompiledOperation = {
  /** Never rejects. */
  readonly run: (variables: Readonly<Record<string, unknown>>, context: RequestContext) => Promise<ExecutionResult>;
  /** A stream that fails ends with a result that says so. */
  readonly subscribe: Subscribe;
};

/** Resolves everything about an operation that does not depend on a request. */
export function compileOperation(input: CompileInput): CompiledOperation {
  const { operation, plan, apiSchema, denied } = input;
  const toFetchKey = createToFetchKey(plan.responseKeys);
  const relations = createTypeRelations(apiSchema, plan.possibleTypes);
  const compilation = {
    relations,
    merge: createMerge(relations),
    places: createSelectedPlaces(operation, toFetchKey),
    store: input.entityStore === false ? NO_ENTITY_STORE : createEntityStore(plan.root, relations),
    prepare: input.prepare,
  };
  const runs = createRuns({
    selectProjection: createProjections(operation, { schema: apiSchema, toFetchKey, denied }),
    introspect: createIntrospection(operation, apiSchema),
    serviceAt: createFindService(plan.root),
  });
  if (operation.operation.operation === OperationTypeNode.SUBSCRIPTION) {
    const { prepareSubscription } = input;
    return {
      run: refuseToRun,
      subscribe: compileSubscription(plan.root, { ...compilation, prepareSubscription }, runs),
    };
  }
  const step = compilePlan(plan.root, compilation);
  return {
    run: (variables, context) => {
      const { run, finish } = runs.start(variables, context);
      return step(run).then(finish);
    },
    subscribe: refuseToSubscribe,
  };
}

function refuseToRun(): Promise<ExecutionResult> {
  return Promise.resolve(misused('A subscription is subscribed to, not run.'));
}

async function* refuseToSubscribe(): AsyncGenerator<ExecutionResult> {
  yield misused('The operation is no subscription.');
}

function misused(message: string): ExecutionResult {
  return { data: null, errors: [new GatewayError('INTERNAL_ERROR', message)] };
}
