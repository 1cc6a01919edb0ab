import type { Problem } from '../../errors/problem.ts';
import { placesOf } from '../composition-problem.ts';
import { stringArgument } from '../federated-subgraph.ts';
import type { FieldInSubgraph } from '../federated-subgraph.ts';
import { remedyFor } from '../remedies.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 accepts an `@override` of a field that overrides itself, requires or
 * provides in its source: what the source needs would silently be lost, or two subgraphs would each wait for another.
 */
export const overrideRules: Correction = {
  *check({ fields }) {
    for (const [coordinate, defined] of fields) {
      for (const overriding of defined) yield* faultsOf(coordinate, overriding, defined);
    }
  },
};

function* faultsOf(
  coordinate: string,
  overriding: FieldInSubgraph,
  fields: readonly FieldInSubgraph[],
): Generator<Problem> {
  const [override] = overriding.subgraph.directives(overriding.field, 'override');
  const from = stringArgument(override, 'from');
  const source = fields.find(({ subgraph }) => subgraph.name === from);
  if (source === undefined || source === overriding) return;
  const at = {
    coordinate,
    subgraph: overriding.subgraph.name,
    places: placesOf(coordinate, [overriding.subgraph.schema, source.subgraph.schema]),
  };
  if (source.subgraph.has(source.field, 'override')) {
    yield {
      severity: 'error',
      code: 'OVERRIDE_SOURCE_HAS_OVERRIDE',
      message: `"${coordinate}" of "${overriding.subgraph.name}" overrides that of "${from}", which overrides another one itself.`,
      remedy: remedyFor('OVERRIDE_SOURCE_HAS_OVERRIDE'),
      ...at,
    };
  }
  for (const name of ['requires', 'provides'].filter((directive) => source.subgraph.has(source.field, directive))) {
    yield {
      severity: 'error',
      code: 'OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE',
      message: `"${coordinate}" of "${overriding.subgraph.name}" overrides that of "${from}", which is marked @${name}.`,
      remedy: `Take @${name} off the field in "${from}", or @override off here.`,
      ...at,
    };
  }
}
