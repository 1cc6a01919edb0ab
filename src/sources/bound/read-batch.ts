import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLObjectType,
  isCompositeType,
  isListType,
} from 'graphql';
import type { Binding } from '../../model/binding.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { BatchSettings } from './batched-calls.ts';
import type { BindingNames } from '../../subgraph/binding-names.ts';
import { compileRead, isFields, type ReadField } from './read-field.ts';

export type BatchTarget = {
  readonly binding: Binding;
  readonly type: GraphQLObjectType;
  /** undefined: the type itself is fetched, by its key. */
  readonly field: GraphQLField<unknown, unknown> | undefined;
};

/** How a binding is asked for many parents at once, how its items are matched, and what of an item is the field's value (all of it when absent). */
export type BatchPlan = BatchSettings & { readonly toValue: ((found: unknown) => unknown) | undefined };

export function readBatch(target: BatchTarget, names: BindingNames, subgraph: SubgraphSchema): BatchPlan {
  const { binding, type, field } = target;
  const result = field === undefined ? type : getNamedType(field.type);
  const resultName = isCompositeType(result) ? result.name : undefined;
  const match = binding.batch?.match ?? [];
  const matches = match.map((name) => ({ name, read: readItem(name, target, subgraph) }));
  return {
    coordinate: binding.coordinate,
    max: binding.batch?.max ?? 1,
    names: [...new Set([...matches.map(({ name }) => name), ...names.named])],
    matches,
    takesKeys: names.takesKeys,
    isGrouped: resultName !== undefined && field !== undefined && isListType(getNullableType(field.type)),
    toValue: resultName === undefined ? compileLeafOf(subgraph, binding.coordinate) : undefined,
  };
}

/**
 * Where an item bears the key. An entity's bears it as the entity does; another type's under the key's own name
 * (`select` can put it there), for a field of its own of that name may be another's.
 */
function readItem(name: string, { type, field }: BatchTarget, subgraph: SubgraphSchema): ReadField {
  const plain = readEither(name, subgraph.toWireName(name));
  const mapped = compileRead(subgraph, `${type.name}.${name}`);
  return field === undefined ? (item) => mapped(item) ?? plain(item) : (item) => plain(item) ?? mapped(item);
}

/** A leaf that comes in a batch stands in an item, beside the key it is matched by. */
function compileLeafOf(subgraph: SubgraphSchema, coordinate: string): (found: unknown) => unknown {
  const name = coordinate.slice(coordinate.indexOf('.') + 1);
  const mapped = compileRead(subgraph, coordinate);
  const plain = readEither(name, subgraph.toWireName(name));
  return (found) => (isFields(found) ? (mapped(found) ?? plain(found)) : found);
}

function readEither(name: string, wireName: string): ReadField {
  return (from) =>
    Object.hasOwn(from, name) ? from[name] : Object.hasOwn(from, wireName) ? from[wireName] : undefined;
}
