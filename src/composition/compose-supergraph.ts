import type { DocumentNode } from 'graphql';
import type { Problem } from '../errors/problem.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { carryConstraints } from './carried-constraints.ts';
import { checkSubgraphNames } from './check-subgraph-names.ts';
import { composeCorrected } from './composer.ts';
import { findHints } from './composition-hints.ts';
import { placesOf, sortProblems } from './composition-problem.ts';
import { corrections } from './corrections/corrections.ts';
import type { FederatedGraph } from './federated-graph.ts';
import { sortSupergraph } from './sort-supergraph.ts';
import { toSupergraph } from './to-supergraph.ts';

/** A supergraph with what is dangerous about it, or everything that keeps the subgraphs from being one. */
export type Composition =
  | { readonly kind: 'composed'; readonly supergraph: Supergraph; readonly hints: readonly Problem[] }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

/**
 * Composes subgraphs (Apollo Federation 1 and 2). The result does not depend on their order. Problems bear Apollo's
 * codes and the places of their coordinate in every subgraph that defines it. Never throws for what teams write.
 */
export function composeSupergraph(subgraphs: readonly SubgraphSchema[]): Composition {
  const sorted = subgraphs.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const nameProblems = checkSubgraphNames(sorted);
  if (nameProblems.length > 0) return { kind: 'failed', problems: nameProblems };
  const composed = composeCorrected(sorted, Object.values(corrections));
  if ('problems' in composed) return { kind: 'failed', problems: sortProblems(composed.problems) };
  return toComposition(composed.supergraph, composed.graph);
}

function toComposition(document: DocumentNode, graph: FederatedGraph): Composition {
  const subgraphs = graph.subgraphs.map(({ schema }) => schema);
  const read = toSupergraph(sortSupergraph(carryConstraints(document, subgraphs)));
  const found = read.kind === 'read' ? read.openRequirements : read.problems;
  if (read.kind === 'read' && found.length === 0)
    return { kind: 'composed', supergraph: read.supergraph, hints: sortProblems(findHints(graph)) };
  const problems = found.map((problem) => ({ ...problem, places: placesOf(problem.coordinate, subgraphs) }));
  return { kind: 'failed', problems: sortProblems(problems) };
}
