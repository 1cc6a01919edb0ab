import type { DocumentNode } from 'graphql';
import type { Problem } from '../../errors/problem.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { FederatedGraph } from '../federated-graph.ts';

type Rephrased = {
  readonly schemas: readonly SubgraphSchema[];
  /** Rules of the composer that are known to hold: it is not asked again. */
  readonly proven?: readonly string[];
};

/**
 * How one fault of the composer is mended: in what it is given, in what it says, or in what it makes. A correction
 * stands in one file, and can be taken away with its line in `corrections.ts` once its test passes without it.
 */
export type Correction = {
  /** Changes what the composer is given. */
  readonly prepare?: (graph: FederatedGraph) => readonly SubgraphSchema[];
  /** Another form of the same subgraphs, where the problems found may be false. */
  readonly rephrase?: (problems: readonly Problem[], graph: FederatedGraph) => Rephrased | undefined;
  /** Finds what the composer overlooks. */
  readonly check?: (graph: FederatedGraph) => Iterable<Problem>;
  /** Sets right what the composer says. */
  readonly amend?: (problems: readonly Problem[], graph: FederatedGraph) => readonly Problem[];
  /** Sets right the supergraph. */
  readonly finish?: (supergraph: DocumentNode, graph: FederatedGraph) => DocumentNode;
};
