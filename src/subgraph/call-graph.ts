import type { Binding } from '../model/binding.ts';
import type { CallGraph, TypeEdge, UnbatchedCall } from '../model/call-graph.ts';
import type { DirectiveReading } from './directive-reading.ts';
import type { MapArguments } from './directives/map.ts';
import { type EntityKey, topLevelNames } from './entity-keys.ts';
import type { Federation } from './federation.ts';
import { readListSize } from './list-size.ts';
import { elementTypeOf, namedTypeOf, type TypeEntry, type TypeIndex } from './type-index.ts';

type Context = {
  readonly index: TypeIndex;
  readonly federation: Federation;
  readonly keys: ReadonlyMap<string, readonly EntityKey[]>;
  readonly reading: DirectiveReading;
  readonly bindings: readonly Binding[];
};

/** Where a subgraph's types lead to, and its calls that are made one by one. */
export function readCallGraph(context: Context): CallGraph {
  const entries = [...context.index.types.values()];
  return {
    edges: entries.flatMap((entry) => [...memberEdges(entry, context.index), ...fieldEdges(entry, context)]),
    unbatched: context.bindings.flatMap((binding) => toUnbatched(binding, context)),
  };
}

function memberEdges({ name, kind, nodes }: TypeEntry, index: TypeIndex): readonly TypeEdge[] {
  const members =
    kind === 'interface'
      ? [...index.types.values()].filter(({ interfaces }) => interfaces.has(name)).map((entry) => entry.name)
      : nodes.flatMap((node) => ('types' in node ? (node.types ?? []) : [])).map((type) => type.name.value);
  return members.map((target) => ({
    coordinate: undefined,
    owner: name,
    target,
    isReference: false,
    list: undefined,
  }));
}

function fieldEdges(entry: TypeEntry, context: Context): readonly TypeEdge[] {
  return [...entry.fields.values()]
    .filter(({ name }) => !name.value.startsWith('_'))
    .map((field) => ({
      coordinate: `${entry.name}.${field.name.value}`,
      owner: entry.name,
      target: namedTypeOf(field.type).name.value,
      isReference: isReference(entry, field.name.value, context),
      list: elementTypeOf(field.type) === undefined ? undefined : readListSize(field, context),
    }));
}

function isReference(entry: TypeEntry, field: string, { reading }: Context): boolean {
  const [map] = reading.read<MapArguments>(entry.fields.get(field)?.directives, 'map');
  return map?.args.from.includes('{') === true;
}

function toUnbatched({ kind, coordinate, place, batch }: Binding, { index, keys }: Context): readonly UnbatchedCall[] {
  const [type = ''] = coordinate.split('.');
  if (batch !== undefined || index.roots.has(type)) return [];
  const [key] = keys.get(type) ?? [];
  return [{ coordinate, kind, place, match: key && topLevelNames(key.selection).join(' ') }];
}
