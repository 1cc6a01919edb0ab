import type { MergedTypeConfig, SubschemaConfig } from '@graphql-tools/delegate';
import { stitchingDirectives } from '@graphql-tools/stitching-directives';
import { type Executor, mapAsyncIterator } from '@graphql-tools/utils';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  isObjectType,
  type OperationTypeNode,
  print,
} from 'graphql';
import type { MergeField } from '../../subgraph/directives/stitching.ts';
import { createMergedEntity, type MergedEntity } from './merged-entity.ts';
import type { RenamedService } from './rename-service.ts';
import type { StitchedContext } from './stitched-context.ts';

/** A stitched service by the subgraph's names. */
export type ServiceSchema = RenamedService & { readonly name: string };

/** A plain service as graphql-tools sees it, and how its entities are fetched by key: by type, each `@merge` one way. */
export type ServiceSubschema = {
  readonly config: SubschemaConfig;
  readonly entities: ReadonlyMap<string, readonly MergedEntity[]>;
};

/** Queries that go out together in one request. */
const MAX_BATCH = 100;

const { stitchingDirectivesTransformer } = stitchingDirectives();

/** Throws an Error that says what graphql-tools has against a `@merge`. */
export function createServiceSubschema(
  service: ServiceSchema,
  merges: readonly MergeField[],
  keys: ReadonlyMap<string, readonly string[]>,
): ServiceSubschema {
  annotate(service.schema, merges, keys);
  const config = stitchingDirectivesTransformer({
    name: service.name,
    schema: service.schema,
    batch: true,
    batchingOptions: { dataLoaderOptions: { maxBatchSize: MAX_BATCH } },
    executor: createExecutor(service),
  });
  const entities = new Map<string, MergedEntity[]>();
  for (const [type, merged] of Object.entries(config.merge ?? {}))
    entities.set(type, connectEntity(type, merged, config));
  return { config, entities };
}

/** Sends what graphql-tools delegates, in the service's own words. */
function createExecutor({ name, toService, toServiceValues, toPresented }: ServiceSchema): Executor {
  const toResult = (document: DocumentNode, result: ExecutionResult) =>
    ({ ...result, data: toPresented(document, result.data) }) as ExecutionResult;
  return ({ document, variables, operationType, context }) => {
    const { send, subscribe, request } = context as unknown as StitchedContext;
    const call = { query: print(toService(document)), variables: toServiceValues(document, variables ?? {}) };
    if (operationType === ('subscription' as OperationTypeNode))
      return mapAsyncIterator(subscribe(name, call), (result) => toResult(document, result)) as never;
    const kind = operationType === ('mutation' as OperationTypeNode) ? 'mutation' : 'query';
    return send(name, kind)(call, request).then((result) => toResult(document, result)) as never;
  };
}

/** The stitching directives put onto the service's own schema, where graphql-tools reads them. */
function annotate(
  schema: GraphQLSchema,
  merges: readonly MergeField[],
  keys: ReadonlyMap<string, readonly string[]>,
): void {
  const fields = schema.getQueryType()?.getFields() ?? {};
  for (const merge of merges) {
    const field = fields[merge.field.name.value];
    if (field !== undefined) field.extensions = { directives: { merge: merge.args } };
  }
  if (merges.every(({ args }) => args.keyField !== undefined)) return;
  for (const [name, [key]] of keys) {
    const type = schema.getType(name);
    if (isObjectType(type)) type.extensions = { directives: { key: { selectionSet: `{ ${key} }` } } };
  }
}

/** graphql-tools asks in the same way as `_entities` does, so that its answers are matched by key, too. */
function connectEntity(type: string, merged: MergedTypeConfig, config: SubschemaConfig): MergedEntity[] {
  const entryPoints = merged.entryPoints ?? (merged.fieldName === undefined ? [] : [merged]);
  return entryPoints.map((entryPoint) => {
    const entity = createMergedEntity(type, { ...entryPoint }, config);
    entryPoint.resolve = (...[key, context, info, , selectionSet]) =>
      entity.fetch(key as Readonly<Record<string, unknown>>, {
        context: context as StitchedContext,
        info,
        selectionSet,
        isStep: true,
      });
    return entity;
  });
}
