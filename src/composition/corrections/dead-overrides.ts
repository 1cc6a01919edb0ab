import { visit } from 'graphql';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { stringArgument } from '../federated-subgraph.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 keeps an `@override` from a subgraph that does not exist, and the planner
 * looks for it. Apollo drops it with the hint FROM_SUBGRAPH_DOES_NOT_EXIST.
 */
export const deadOverrides: Correction = {
  prepare(subgraphs) {
    const names = new Set(subgraphs.map(({ name }) => name));
    return subgraphs.map((subgraph) => withoutDeadOverrides(subgraph, names));
  },
};

function withoutDeadOverrides({ schema, directives }: FederatedSubgraph, names: ReadonlySet<string>): SubgraphSchema {
  const federationDocument = visit(schema.federationDocument, {
    FieldDefinition(field) {
      const dead = directives(field, 'override').filter(
        (override) => !names.has(stringArgument(override, 'from') ?? ''),
      );
      if (dead.length === 0) return undefined;
      return { ...field, directives: field.directives?.filter((directive) => !dead.includes(directive)) ?? [] };
    },
  });
  return federationDocument === schema.federationDocument ? schema : { ...schema, federationDocument };
}
