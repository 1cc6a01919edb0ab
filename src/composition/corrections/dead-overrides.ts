import { visit } from 'graphql';
import type { ConstDirectiveNode } from 'graphql';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { isResolvedIn, stringArgument } from '../federated-subgraph.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 keeps an `@override` from a subgraph that does not exist or does not resolve
 * the field: the planner looks for it, and with a label the field seems out of reach. Apollo drops it with a hint.
 */
export const deadOverrides: Correction = {
  prepare({ subgraphs }) {
    const byName = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
    return subgraphs.map((subgraph) => withoutDeadOverrides(subgraph, byName));
  },
};

type Subgraphs = ReadonlyMap<string, FederatedSubgraph>;

function withoutDeadOverrides(subgraph: FederatedSubgraph, byName: Subgraphs): SubgraphSchema {
  const dead = new Set(deadDirectives(subgraph, byName));
  if (dead.size === 0) return subgraph.schema;
  const federationDocument = visit(subgraph.schema.federationDocument, {
    Directive: (node) => (dead.has(node as ConstDirectiveNode) ? null : undefined),
  });
  return { ...subgraph.schema, federationDocument };
}

function* deadDirectives(
  { name, types, directives }: FederatedSubgraph,
  byName: Subgraphs,
): Generator<ConstDirectiveNode> {
  for (const type of types.values()) {
    for (const field of type.fields.values()) {
      for (const override of directives(field, 'override')) {
        const from = stringArgument(override, 'from') ?? name;
        if (from !== name && !isResolvedIn(byName.get(from), type.name, field.name.value)) yield override;
      }
    }
  }
}
