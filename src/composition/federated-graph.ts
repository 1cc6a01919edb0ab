import type { SubgraphSchema } from '../model/subgraph.ts';
import { toFederated } from './federated-subgraph.ts';
import type { FederatedSubgraph, FieldInSubgraph } from './federated-subgraph.ts';

/** The subgraphs of a graph, and what they define together: read once, for all that look at it. */
export type FederatedGraph = {
  readonly subgraphs: readonly FederatedSubgraph[];
  /** Every field of objects and interfaces, in every subgraph that defines it, by coordinate. */
  readonly fields: ReadonlyMap<string, readonly FieldInSubgraph[]>;
};

export function toFederatedGraph(schemas: readonly SubgraphSchema[]): FederatedGraph {
  return graphOf(schemas.map(toFederated));
}

/** The graph with some of its subgraphs written otherwise. What is the same is not read again. */
export function withSchemas(graph: FederatedGraph, schemas: readonly SubgraphSchema[]): FederatedGraph {
  const known = new Map(graph.subgraphs.map((subgraph) => [subgraph.schema, subgraph]));
  return schemas.every((schema) => known.has(schema))
    ? graph
    : graphOf(schemas.map((schema) => known.get(schema) ?? toFederated(schema)));
}

function graphOf(subgraphs: readonly FederatedSubgraph[]): FederatedGraph {
  const fields = new Map<string, FieldInSubgraph[]>();
  for (const subgraph of subgraphs) {
    for (const type of subgraph.types.values()) {
      for (const field of type.fields.values()) {
        const coordinate = `${type.name}.${field.name.value}`;
        const defined = fields.get(coordinate);
        if (defined === undefined) fields.set(coordinate, [{ subgraph, type, field }]);
        else defined.push({ subgraph, type, field });
      }
    }
  }
  return { subgraphs, fields };
}
