import type { MergedTypeEntryPoint, SubschemaConfig } from '@graphql-tools/delegate';
import { createMergedTypeResolver } from '@graphql-tools/stitch';
import { parseSelectionSet } from '@graphql-tools/utils';
import { type GraphQLResolveInfo, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { StitchedContext } from './stitched-context.ts';

type Entity = Readonly<Record<string, unknown>>;

/** What is wanted of an entity. `isStep`: other services' fields are seen to by graphql-tools, which asks step by step. */
type EntityQuestion = {
  readonly context: StitchedContext;
  readonly info: GraphQLResolveInfo;
  readonly selectionSet: SelectionSetNode;
  readonly isStep: boolean;
};

/** One way to fetch entities of a type by key from a service. */
export type MergedEntity = {
  /** The key's fields. */
  readonly keyFields: readonly string[];
  readonly fetch: (key: Entity, question: EntityQuestion) => Promise<unknown>;
};

/** Keys in one call. */
const MAX_KEYS = 1000;
/** The key's fields are asked for once more under names that no other alias has: answers are matched by them. */
const KEY_PREFIX = '_key_';

/** `entryPoint` is what `@merge` became. Answers of a list are matched by key, not by their position. */
export function createMergedEntity(
  type: string,
  entryPoint: MergedTypeEntryPoint,
  subschema: SubschemaConfig,
): MergedEntity {
  const fields = readKey(entryPoint);
  const keyFields = fields.map((field) => field.name);
  const isFlat = fields.every((field) => !field.isNested);
  const { fieldName, argsFromKeys, args } = entryPoint;
  const resolve = createMergedTypeResolver<StitchedContext>(
    {
      ...(fieldName === undefined ? {} : { fieldName }),
      ...(argsFromKeys === undefined ? {} : { argsFromKeys }),
      ...(args === undefined ? {} : { args }),
      valuesFromResults: (results: unknown, keys) =>
        toValues(results, keys as Entity[], isFlat ? keyFields : undefined),
      dataLoaderOptions: { maxBatchSize: MAX_KEYS },
    },
    type,
  );
  return {
    keyFields,
    fetch: async (key, { context, info, selectionSet, isStep }) => {
      const withKey = isFlat && argsFromKeys !== undefined ? addKey(selectionSet, keyFields) : selectionSet;
      const batchKey: unknown = await entryPoint.key?.(key);
      const returnType = info.schema.getType(type);
      // graphql-tools takes the type of one entity here and makes the list of it.
      return resolve?.(key, context, info, subschema as never, withKey, batchKey, returnType as never, isStep);
    },
  };
}

function readKey({ selectionSet }: MergedTypeEntryPoint): { readonly name: string; readonly isNested: boolean }[] {
  if (selectionSet === undefined) return [];
  return parseSelectionSet(selectionSet, { noLocation: true }).selections.flatMap((selection) =>
    selection.kind === Kind.FIELD
      ? [{ name: selection.name.value, isNested: selection.selectionSet !== undefined }]
      : [],
  );
}

function addKey(selectionSet: SelectionSetNode, keyFields: readonly string[]): SelectionSetNode {
  const keys = keyFields.map((name): SelectionNode => ({
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: `${KEY_PREFIX}${name}` },
    name: { kind: Kind.NAME, value: name },
  }));
  return { kind: Kind.SELECTION_SET, selections: [...selectionSet.selections, ...keys] };
}

/** Without plain key fields only a list as long as the keys can be trusted. A missing entity is null. */
function toValues(results: unknown, keys: readonly Entity[], keyFields: readonly string[] | undefined): unknown[] {
  if (!Array.isArray(results)) return keys.map(() => results ?? null);
  if (keyFields === undefined) {
    const isWhole = results.length === keys.length;
    return isWhole ? results : keys.map(() => new Error('The list is not as long as its keys.'));
  }
  if (!results.some(isPromiseLike)) return matchByKey(results, keys, keyFields);
  // An entity whose other services are still being asked: its key is known when it is complete.
  const matched = Promise.allSettled(results).then((settled) =>
    matchByKey(
      settled.map((result): unknown => (result.status === 'fulfilled' ? result.value : result.reason)),
      keys,
      keyFields,
    ),
  );
  return keys.map((_, index) => matched.then((values) => values[index]));
}

function matchByKey(results: readonly unknown[], keys: readonly Entity[], keyFields: readonly string[]): unknown[] {
  const byKey = new Map(
    results.filter(isEntity).map((result) => [keyOf(result, keyFields, KEY_PREFIX), result] as const),
  );
  return keys.map((key, index) => {
    const inPlace = results.length === keys.length && results[index] instanceof Error ? results[index] : null;
    return byKey.get(keyOf(key, keyFields, '')) ?? inPlace;
  });
}

function keyOf(entity: Entity, fields: readonly string[], prefix: string): string {
  return JSON.stringify(fields.map((field) => String(entity[`${prefix}${field}`])));
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !(value instanceof Error);
}
