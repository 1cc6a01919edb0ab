import type { Problem } from '../../errors/problem.ts';
import type { TypeEntry } from '../../subgraph/type-index.ts';
import { placesOf } from '../composition-problem.ts';
import { runtimeTypes } from '../federated-subgraph.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import { remedyFor } from '../remedies.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 accepts an interface with a key whose subgraph does not know all types that
 * implement it (its entities could not be told apart there), and an `@interfaceObject` beside such a type. A key on an
 * interface of Federation 1 says nothing.
 */
export const interfaceEntities: Correction = {
  *check({ subgraphs }) {
    for (const subgraph of subgraphs) {
      for (const type of subgraph.types.values()) {
        const isKeyed = type.kind === 'interface' && subgraph.has(type, 'key');
        const isInterfaceObject = subgraph.has(type, 'interfaceObject');
        if (!subgraph.isFederation2 || !(isKeyed || isInterfaceObject)) continue;
        const known = new Set(subgraphs.flatMap((other) => [...implementations(other, type.name)]));
        if (isKeyed) yield* missingImplementations(subgraph, type, known);
        else yield* needlessImplementations(subgraph, type, known);
      }
    }
  },
  // Of several keyed interfaces the composer blames also those that are whole.
  amend: (problems) => problems.filter(({ code }) => code !== 'INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE'),
};

function implementations(subgraph: FederatedSubgraph, name: string): ReadonlySet<string> {
  return subgraph.types.get(name)?.kind === 'interface' ? runtimeTypes(subgraph, name) : new Set();
}

function* missingImplementations(
  subgraph: FederatedSubgraph,
  type: TypeEntry,
  known: ReadonlySet<string>,
): Generator<Problem> {
  const isResolvable = subgraph
    .directives(type, 'key')
    .some(
      (key) =>
        !key.arguments?.some(
          ({ name, value }) => name.value === 'resolvable' && 'value' in value && value.value === false,
        ),
    );
  const missing = [...known.difference(implementations(subgraph, type.name))];
  if (!isResolvable || missing.length === 0) return;
  yield {
    severity: 'error',
    code: 'INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE',
    message: `The interface "${type.name}" has a key in "${subgraph.name}", which does not define all types that implement it: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    remedy: remedyFor('INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE'),
    coordinate: type.name,
    subgraph: subgraph.name,
    places: placesOf(type.name, [subgraph.schema]),
  };
}

function* needlessImplementations(
  subgraph: FederatedSubgraph,
  type: TypeEntry,
  known: ReadonlySet<string>,
): Generator<Problem> {
  for (const name of [...known].filter((implementation) => subgraph.types.has(implementation))) {
    yield {
      severity: 'error',
      code: 'INTERFACE_OBJECT_USAGE_ERROR',
      message: `"${type.name}" is an @interfaceObject in "${subgraph.name}", which must not define a type that implements it, and defines "${name}".`,
      remedy: `Add the fields of "${name}" to "${type.name}" here, or define the interface itself.`,
      coordinate: name,
      subgraph: subgraph.name,
      places: placesOf(name, [subgraph.schema]),
    };
  }
}
