import type { Problem } from '../errors/problem.ts';
import type { SubgraphInput } from '../model/subgraph.ts';
import type { Supergraph } from '../model/supergraph.ts';

/** One composed state of the graph. Numbers grow and are never used again. */
export type GraphVersion = {
  readonly number: number;
  /** Supergraph SDL. */
  readonly supergraph: string;
  /** What it was composed of. */
  readonly subgraphs: readonly SubgraphInput[];
  /** ISO 8601. */
  readonly createdAt: string;
};

/** What composing gives, as far as the registry looks into it. */
export type ComposedGraph = { readonly supergraph: Supergraph; readonly hints: readonly Problem[] };

/** One published state of a subgraph. `number` counts from 1 for each subgraph. */
export type SubgraphVersion = {
  readonly number: number;
  readonly input: SubgraphInput;
  readonly hash: string;
  readonly publishedAt: string;
  readonly publishedBy: string;
};

/** One line of the audit trail. */
export type HistoryEntry = {
  readonly at: string;
  /** `refused`: nothing changed. `withdrawn`: composed, but the gateway could not serve it. */
  readonly action: 'seeded' | 'published' | 'refused' | 'withdrawn';
  readonly subgraph: string;
  readonly by: string;
  /** The subgraph's version; null where none came to be. */
  readonly version: number | null;
  readonly graphVersion: number | null;
  /** Why it was refused or withdrawn. */
  readonly problems: readonly Problem[];
};
