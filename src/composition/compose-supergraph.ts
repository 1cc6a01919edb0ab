import { composeServices } from '@theguild/federation-composition';
import type { CompositionResult } from '@theguild/federation-composition';
import type { Problem } from '../errors/problem.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { checkSubgraphNames } from './check-subgraph-names.ts';
import { composerCrash } from './composer-crash.ts';
import { findHints } from './composition-hints.ts';
import { placesOf, sortProblems, toProblem } from './composition-problem.ts';
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
  try {
    return toComposition(compose(sorted), sorted);
  } catch (error) {
    return { kind: 'failed', problems: composerCrash(error, sorted) };
  }
}

function compose(subgraphs: readonly SubgraphSchema[]): CompositionResult {
  return composeServices(
    subgraphs.map(({ name, federationDocument, url }) => ({
      name,
      typeDefs: federationDocument,
      ...(url === undefined ? {} : { url }),
    })),
  );
}

function toComposition(result: CompositionResult, subgraphs: readonly SubgraphSchema[]): Composition {
  if (result.errors !== undefined) {
    return { kind: 'failed', problems: sortProblems(result.errors.map((error) => toProblem(error, subgraphs))) };
  }
  const read = toSupergraph(sortSupergraph(result.supergraphDocumentNode));
  if (read.kind === 'read')
    return { kind: 'composed', supergraph: read.supergraph, hints: sortProblems(findHints(subgraphs)) };
  const problems = read.problems.map((problem) => ({ ...problem, places: placesOf(problem.coordinate, subgraphs) }));
  return { kind: 'failed', problems: sortProblems(problems) };
}
