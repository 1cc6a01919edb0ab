import type { Problem } from '../../errors/problem.ts';
import { namedTypeOf } from '../../subgraph/type-index.ts';
import { placesOf } from '../composition-problem.ts';
import { isOfInterfaceObject, resolvingIn, runtimeTypes } from '../federated-subgraph.ts';
import type { FieldInSubgraph } from '../federated-subgraph.ts';
import { remedyFor } from '../remedies.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 accepts a shared field whose subgraphs can never give an object of the same
 * type: which of them is asked would decide what the answer can be.
 */
export const sharedRuntimeTypes: Correction = {
  *check({ fields }) {
    for (const [coordinate, defined] of fields) {
      if (defined.length < 2) continue;
      const resolving = resolvingIn(defined).filter(
        (entry) => entry.type.kind === 'object' && !isOfInterfaceObject(entry),
      );
      const problem = mismatch(
        coordinate,
        resolving.map((entry) => [entry, runtimeTypes(entry.subgraph, namedTypeOf(entry.field.type).name.value)]),
      );
      if (problem !== undefined) yield problem;
    }
  },
};

function mismatch(
  coordinate: string,
  resolving: readonly (readonly [FieldInSubgraph, ReadonlySet<string>])[],
): Problem | undefined {
  const isAbstract = resolving.some(([{ subgraph, field }]) => {
    const kind = subgraph.types.get(namedTypeOf(field.type).name.value)?.kind;
    return kind === 'interface' || kind === 'union';
  });
  if (resolving.length < 2 || !isAbstract) return undefined;
  const common = resolving.map(([, types]) => types).reduce((left, right) => left.intersection(right));
  if (common.size > 0 || resolving.some(([, types]) => types.size === 0)) return undefined;
  const given = resolving.map(([{ subgraph }, types]) => `"${subgraph.name}" gives ${[...types].join(' or ')}`);
  const code = 'SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES';
  return {
    severity: 'error',
    code,
    message: `"${coordinate}" is shared by subgraphs that have no type for it in common: ${given.join(', ')}.`,
    remedy: remedyFor(code),
    coordinate,
    places: placesOf(
      coordinate,
      resolving.map(([{ subgraph }]) => subgraph.schema),
    ),
  };
}
