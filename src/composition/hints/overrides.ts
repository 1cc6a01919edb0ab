import type { Problem } from '../../errors/problem.ts';
import type { FederatedGraph } from '../federated-graph.ts';
import { stringArgument } from '../federated-subgraph.ts';
import type { FieldInSubgraph } from '../federated-subgraph.ts';
import { toHint } from './hint.ts';

/** Migrations with `@override` that never began, are under way, or are done and can be cleaned up. */
export function* hintOverrides({ subgraphs, fields }: FederatedGraph): Generator<Problem> {
  const names = new Set(subgraphs.map(({ name }) => name));
  for (const [coordinate, defined] of fields) {
    for (const overriding of defined) {
      const [override] = overriding.subgraph.directives(overriding.field, 'override');
      const from = stringArgument(override, 'from');
      if (from === undefined) continue;
      const label = stringArgument(override, 'label');
      yield names.has(from)
        ? hintMigration({ coordinate, from, label, overriding }, defined)
        : fromNowhere(coordinate, from, overriding);
    }
  }
}

type Migration = {
  readonly coordinate: string;
  readonly from: string;
  readonly label: string | undefined;
  readonly overriding: FieldInSubgraph;
};

function fromNowhere(coordinate: string, from: string, { subgraph }: FieldInSubgraph): Problem {
  return toHint(
    {
      code: 'FROM_SUBGRAPH_DOES_NOT_EXIST',
      coordinate,
      message: `"${coordinate}" overrides the field of a subgraph "${from}", and there is none of that name.`,
      remedy: 'Correct the name, or take @override away if the migration is done.',
    },
    [subgraph],
  );
}

function hintMigration(
  { coordinate, from, label, overriding }: Migration,
  defined: readonly FieldInSubgraph[],
): Problem {
  const source = defined.find(({ subgraph }) => subgraph.name === from);
  if (source === undefined || source.subgraph.isExternal(source.type, source.field)) {
    const message = `"${from}" does not resolve "${coordinate}" any more: there is nothing for "${overriding.subgraph.name}" to override.`;
    const remedy = `Take @override off "${coordinate}".`;
    return toHint({ code: 'OVERRIDE_DIRECTIVE_CAN_BE_REMOVED', coordinate, message, remedy }, [overriding.subgraph]);
  }
  if (label !== undefined) {
    const message = `"${coordinate}" moves from "${from}" to "${overriding.subgraph.name}" by the label "${label}": both must resolve it.`;
    const remedy = `When all requests go to "${overriding.subgraph.name}", take the label off @override.`;
    const subgraphs = [source.subgraph, overriding.subgraph];
    return toHint({ code: 'OVERRIDE_MIGRATION_IN_PROGRESS', coordinate, message, remedy }, subgraphs);
  }
  const message = `"${coordinate}" of "${from}" is overridden by "${overriding.subgraph.name}" and not asked for any more.`;
  const remedy = `Take the field out of "${from}", or mark it @external there if a key, @requires or @provides names it.`;
  return toHint({ code: 'OVERRIDDEN_FIELD_CAN_BE_REMOVED', coordinate, message, remedy }, [source.subgraph]);
}
