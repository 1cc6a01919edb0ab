import type { Problem } from '../errors/problem.ts';
import type { GraphVersion, HistoryEntry, SubgraphVersion } from './graph-version.ts';
import type { Publication } from './publication.ts';
import type { SchemaChange } from './schema-changes.ts';

/** How a publication went. `live`: the version is stored and served. */
export type PublishOutcome =
  | {
      readonly status: 'published';
      readonly subgraph: string;
      readonly version: number;
      readonly graphVersion: number;
      readonly changes: readonly SchemaChange[];
      readonly hints: readonly Problem[];
    }
  | { readonly status: 'unchanged'; readonly subgraph: string; readonly version: number; readonly graphVersion: number }
  | { readonly status: 'refused'; readonly subgraph: string; readonly problems: readonly Problem[] };

/** What publishing would do. */
export type CheckOutcome =
  | {
      readonly status: 'composes';
      readonly subgraph: string;
      readonly graphVersion: number | null;
      readonly changes: readonly SchemaChange[];
      readonly hints: readonly Problem[];
    }
  | { readonly status: 'refused'; readonly subgraph: string; readonly problems: readonly Problem[] };

/** What the registry's HTTP API is a face of. */
export type RegistryActions = {
  readonly publish: (subgraph: string, publication: Publication) => Promise<PublishOutcome>;
  readonly check: (subgraph: string, publication: Publication) => Promise<CheckOutcome>;
  readonly current: () => GraphVersion | undefined;
  readonly subgraphs: () => readonly SubgraphVersion[];
  readonly history: (query: {
    readonly subgraph: string | undefined;
    readonly limit: number;
  }) => readonly HistoryEntry[];
};
