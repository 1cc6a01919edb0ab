import type { Problem } from '../../errors/problem.ts';
import { namedTypeOf } from '../../subgraph/type-index.ts';
import type { TypeEntry } from '../../subgraph/type-index.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import { printNames, toHint } from './hint.ts';

/** Values that only some subgraphs know of an enum that clients give, and enums that nothing refers to. */
export function* hintEnums(subgraphs: readonly FederatedSubgraph[]): Generator<Problem> {
  const enums = subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()].filter(({ kind }) => kind === 'enum').map((type) => ({ subgraph, type })),
  );
  const used = { input: referredTo(subgraphs, inputTypes), output: referredTo(subgraphs, outputTypes) };
  for (const [name, defined] of Map.groupBy(enums, ({ type }) => type.name)) {
    const owners = defined.map(({ subgraph }) => subgraph);
    if (!used.input.has(name) && !used.output.has(name)) yield unusedEnum(name, owners);
    if (!used.input.has(name) || used.output.has(name)) continue;
    const common = defined.map(({ type }) => valuesOf(type)).reduce((left, right) => left.intersection(right));
    const all = defined.map(({ type }) => valuesOf(type)).reduce((left, right) => left.union(right));
    const partial = all.difference(common);
    if (partial.size === 0) continue;
    const message = `Not every subgraph knows ${printNames(partial)} of the enum "${name}", which clients give: they cannot give ${partial.size === 1 ? 'it' : 'them'}.`;
    const remedy = 'Define the enum with the same values in every subgraph.';
    yield toHint({ code: 'INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM', coordinate: name, message, remedy }, owners);
  }
}

function unusedEnum(coordinate: string, owners: readonly FederatedSubgraph[]): Problem {
  const message = `Nothing refers to the enum "${coordinate}".`;
  return toHint({ code: 'UNUSED_ENUM_TYPE', coordinate, message, remedy: 'Take it out, or use it.' }, owners);
}

function valuesOf({ nodes }: TypeEntry): ReadonlySet<string> {
  return new Set(nodes.flatMap((node) => ('values' in node ? (node.values ?? []) : [])).map(({ name }) => name.value));
}

function referredTo(
  subgraphs: readonly FederatedSubgraph[],
  references: (type: TypeEntry) => Iterable<string>,
): ReadonlySet<string> {
  return new Set(subgraphs.flatMap(({ types }) => [...types.values()].flatMap((type) => [...references(type)])));
}

function* inputTypes(type: TypeEntry): Generator<string> {
  for (const field of type.inputFields.values()) yield namedTypeOf(field.type).name.value;
  for (const field of type.fields.values())
    for (const argument of field.arguments ?? []) yield namedTypeOf(argument.type).name.value;
}

function* outputTypes(type: TypeEntry): Generator<string> {
  for (const field of type.fields.values()) yield namedTypeOf(field.type).name.value;
}
