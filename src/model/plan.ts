import type { OperationTypeNode } from 'graphql';

/** A query plan: what to fetch, in what order, and where the answers go. */
export type QueryPlan = {
  /** null: nothing is to be fetched. */
  readonly root: PlanNode | null;
  /** The response key that the fetches use for one of the client's, where the two differ: `__proto__` is no good key. */
  readonly responseKeys?: ReadonlyMap<string, string> | undefined;
  /** The object types that an abstract type can be, in the whole supergraph (inaccessible ones too). */
  readonly possibleTypes?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
};

export type PlanNode =
  | { readonly kind: 'sequence'; readonly nodes: readonly PlanNode[] }
  | { readonly kind: 'parallel'; readonly nodes: readonly PlanNode[] }
  | {
      readonly kind: 'condition';
      readonly variable: string;
      readonly ifTrue: PlanNode | null;
      readonly ifFalse: PlanNode | null;
    }
  | FetchNode
  | EntityFetchNode
  | { readonly kind: 'subscription'; readonly primary: FetchNode; readonly rest: PlanNode | null };

/** A fetch of root fields: its data is merged at the response's root. */
export type FetchNode = FetchBase & { readonly kind: 'fetch' };

/** One request of one or more `_entities` selections, each with its own places in the response. */
export type EntityFetchNode = FetchBase & { readonly kind: 'entity-fetch'; readonly entities: readonly EntityTarget[] };

type FetchBase = {
  readonly subgraph: string;
  readonly operationKind: OperationTypeNode;
  readonly operation: string;
  readonly operationName: string | undefined;
  /** The client's variables that `operation` uses. */
  readonly variables: readonly string[];
  /** Corrections to the answer before it is merged. An entity fetch has them at its targets. */
  readonly outputRewrites: readonly Rewrite[];
};

/** One `_entities` selection of a fetch. */
export type EntityTarget = {
  /** The response key of the `_entities` field: `_entities`, or an alias in a batch. */
  readonly responseKey: string;
  /** The variable that takes the representations. */
  readonly representationsVariable: string;
  /** Where the entities stand; several in a batched fetch. */
  readonly paths: readonly (readonly PathSegment[])[];
  readonly requires: readonly RequiresSelection[];
  /** Corrections to the representations before they are sent. */
  readonly inputRewrites: readonly Rewrite[];
  /** Corrections to the entities of the answer before they are merged. */
  readonly outputRewrites: readonly Rewrite[];
};

export type PathSegment =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'type'; readonly names: readonly string[] }
  /** The items of one list; of lists in lists, one after the other. */
  | { readonly kind: 'list' };

/** What of an entity goes into its representation. */
export type RequiresSelection =
  /** `name` in the representation, `responseKey` in the merged data. */
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly responseKey: string;
      readonly selections: readonly RequiresSelection[];
    }
  | {
      readonly kind: 'fragment';
      readonly typeCondition: string;
      readonly selections: readonly RequiresSelection[];
      /** Top-level fields of each key that is selected here. Without one whole key there is no representation. */
      readonly keys: readonly (readonly string[])[];
    };

export type Rewrite =
  | { readonly kind: 'set'; readonly path: readonly RewriteSegment[]; readonly value: unknown }
  | { readonly kind: 'rename'; readonly path: readonly RewriteSegment[]; readonly to: string };

export type RewriteSegment =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'type'; readonly names: readonly string[] };
