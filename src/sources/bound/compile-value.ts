import {
  getNullableType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Complete, FetchScope } from './fetch-scope.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { compileLeaf } from './leaf.ts';
import { fromAnswer, fromRepresentation } from './object-state.ts';
import { type Fields, isFields } from './read-field.ts';
import type { SelectionPart } from './selections.ts';

/** Compiles the completion of a field's value. What has not the schema's shape becomes null and an error at its place. */
export function compileValue(
  type: GraphQLOutputType,
  parts: readonly SelectionPart[],
  coordinate: string,
  scope: FetchScope,
): Complete {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const completeItems = completeList(compileValue(nullable.ofType, parts, coordinate, scope), coordinate);
    return isEntry(nullable.ofType) ? completeEntries(completeItems) : completeItems;
  }
  if (isLeafType(nullable)) return completeLeaf(compileLeaf(nullable, coordinate, scope.subgraph.wireNames));
  return completeObject(nullable, { parts, coordinate, scope });
}

function completeLeaf(toLeaf: (value: unknown) => unknown): Complete {
  return (value, _, path, run) => {
    if (value === null || value === undefined) return null;
    try {
      return toLeaf(value);
    } catch (error) {
      run.reportMisfit(error, path);
      return null;
    }
  };
}

function completeList(completeItem: Complete, coordinate: string): Complete {
  return (value, isKnown, path, run) => {
    if (value === null || value === undefined) return null;
    if (Array.isArray(value)) {
      const completed: unknown[] = [];
      for (let key = 0; key < value.length; key += 1)
        completed.push(completeItem(value[key], isKnown, { key, parent: path }, run));
      return completed;
    }
    run.reportMisfit(unusableAnswer(`${coordinate}: a list was expected, not ${describe(value)}.`), path);
    return null;
  };
}

/** An object whose keys are data (a map of protobuf, say) is a list of `{ key, value }` where one is asked for. */
function completeEntries(completeItems: Complete): Complete {
  return (value, ...rest) => completeItems(isFields(value) ? toEntries(value) : value, ...rest);
}

export function toEntries(fields: Fields): readonly Fields[] {
  return Object.entries(fields).map(([key, value]) => ({ key, value }));
}

export function isEntry(type: GraphQLOutputType): boolean {
  const nullable = getNullableType(type);
  return isObjectType(nullable) && Object.keys(nullable.getFields()).toSorted().join() === 'key,value';
}

function completeObject(
  type: GraphQLCompositeType,
  {
    parts,
    coordinate,
    scope,
  }: { readonly parts: readonly SelectionPart[]; readonly coordinate: string; readonly scope: FetchScope },
): Complete {
  const planOf = scope.planObjects(parts);
  return (value, isKnown, path, run) => {
    if (value === null || value === undefined) return null;
    if (!isFields(value)) {
      run.reportMisfit(unusableAnswer(`${coordinate}: an object was expected, not ${describe(value)}.`), path);
      return null;
    }
    const actual = readType(type, value, scope);
    if (actual !== undefined)
      return planOf(actual).complete(isKnown ? fromRepresentation(value) : fromAnswer(value), path, run);
    run.reportMisfit(
      unusableAnswer(`${coordinate}: "__typename" does not say which type of ${type.name} it is.`),
      path,
    );
    return null;
  };
}

/** The type of an object: by its `__typename`, unless there is only one that it can be. */
export function readType(
  type: GraphQLCompositeType,
  value: Fields,
  { schema }: Pick<FetchScope, 'schema'>,
): GraphQLObjectType | undefined {
  if (isObjectType(type)) return type;
  const possible = schema.getPossibleTypes(type);
  if (possible.length === 1) return possible[0];
  const name = Object.hasOwn(value, '__typename') ? value['__typename'] : undefined;
  return possible.find((candidate) => candidate.name === name);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a value of type ${typeof value}`;
}
