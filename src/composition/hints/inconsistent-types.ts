import { print } from 'graphql';
import type { Problem } from '../../errors/problem.ts';
import { namedTypeOf } from '../../subgraph/type-index.ts';
import type { TypeEntry } from '../../subgraph/type-index.ts';
import type { FederatedGraph } from '../federated-graph.ts';
import { isOfInterfaceObject, resolvingIn, runtimeTypes } from '../federated-subgraph.ts';
import type { FederatedSubgraph, FieldInSubgraph } from '../federated-subgraph.ts';
import { printNames, printSubgraphs, toHint } from './hint.ts';

/** Types and fields that subgraphs describe differently, and that clients see in one form only. */
export function* hintInconsistentTypes({ subgraphs, fields }: FederatedGraph): Generator<Problem> {
  for (const [coordinate, defined] of fields) {
    if (defined.length < 2) continue;
    const resolving = resolvingIn(defined);
    yield* fieldTypes(coordinate, resolving);
    yield* sharedRuntimeTypes(
      coordinate,
      resolving.filter((entry) => !isOfInterfaceObject(entry)),
    );
    yield* descriptions(
      coordinate,
      defined.map(({ subgraph, field }) => [subgraph, field.description?.value]),
    );
  }
  for (const [name, defined] of typesByName(subgraphs)) {
    yield* missingKeys(name, defined);
    yield* descriptions(
      name,
      defined.map(([subgraph, type]) => [subgraph, descriptionOf(type)]),
    );
  }
}

type TypeInSubgraph = readonly [subgraph: FederatedSubgraph, type: TypeEntry];

function typesByName(subgraphs: readonly FederatedSubgraph[]): ReadonlyMap<string, readonly TypeInSubgraph[]> {
  const all = subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()].map((type): TypeInSubgraph => [subgraph, type]),
  );
  return Map.groupBy(all, ([, { name }]) => name);
}

// A field that may be null in one subgraph may be null in the API, whatever the others promise.
function* fieldTypes(coordinate: string, resolving: readonly FieldInSubgraph[]): Generator<Problem> {
  if (new Set(resolving.map(({ field }) => print(field.type))).size < 2) return;
  const named = resolving.map(({ subgraph, field }) => `${print(field.type)} in "${subgraph.name}"`).join(', ');
  const message = `"${coordinate}" is ${named}: clients see the loosest of them.`;
  const remedy = 'Give the field the same type in every subgraph.';
  yield toHint(
    { code: 'INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE', coordinate, message, remedy },
    resolving.map(({ subgraph }) => subgraph),
  );
}

function* sharedRuntimeTypes(coordinate: string, resolving: readonly FieldInSubgraph[]): Generator<Problem> {
  const given = resolving.map(({ subgraph, field }) => runtimeTypes(subgraph, namedTypeOf(field.type).name.value));
  const isRoot = coordinate.startsWith('Mutation.') || resolving.some(({ type }) => type.kind === 'interface');
  if (isRoot || new Set(given.map((types) => [...types].toSorted().join(' '))).size < 2) return;
  const named = resolving.map(({ subgraph }, index) => `${printNames(given[index] ?? [])} in "${subgraph.name}"`);
  const message = `"${coordinate}" can be ${named.join(', ')}: what clients get depends on the subgraph that is asked.`;
  const remedy = 'Let every subgraph that shares the field give objects of the same types.';
  yield toHint(
    { code: 'INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN', coordinate, message, remedy },
    resolving.map(({ subgraph }) => subgraph),
  );
}

function* missingKeys(name: string, defined: readonly TypeInSubgraph[]): Generator<Problem> {
  const objects = defined.filter(([, type]) => type.kind === 'object');
  const [keyed, keyless] = [true, false].map((has) =>
    objects.filter(([subgraph, type]) => subgraph.has(type, 'key') === has).map(([subgraph]) => subgraph),
  );
  if (keyed === undefined || keyless === undefined || keyed.length === 0 || keyless.length === 0) return;
  const message = `"${name}" has a @key in ${printSubgraphs(keyed)} and none in ${printSubgraphs(keyless)}: nothing can be fetched from there by key.`;
  const remedy = 'Give the type a key there too, unless its objects are complete where they come from.';
  yield toHint({ code: 'INCONSISTENT_ENTITY', coordinate: name, message, remedy }, keyless);
}

function* descriptions(
  coordinate: string,
  described: readonly (readonly [FederatedSubgraph, string | undefined])[],
): Generator<Problem> {
  const given = described.filter(([, description]) => description !== undefined);
  if (new Set(given.map(([, description]) => description)).size < 2) return;
  const subgraphs = given.map(([subgraph]) => subgraph);
  const message = `"${coordinate}" is described differently in ${printSubgraphs(subgraphs)}: clients see one of the texts.`;
  const remedy = 'Describe it in one subgraph, or the same way in all.';
  yield toHint({ code: 'INCONSISTENT_DESCRIPTION', coordinate, message, remedy }, subgraphs);
}

function descriptionOf({ nodes }: TypeEntry): string | undefined {
  return nodes.map((node) => ('description' in node ? node.description?.value : undefined)).find(Boolean);
}
