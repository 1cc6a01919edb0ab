import type { GraphQLSchema } from 'graphql';
import type { Constraint } from './constraint.ts';

/** A composed graph. `sdl` is supergraph SDL (join spec), with or without URLs. */
export type Supergraph = {
  readonly sdl: string;
  /** What clients see: no inaccessible elements, no federation machinery. */
  readonly apiSchema: GraphQLSchema;
  /** Subgraph names as written (not join__Graph enum values), with the URL in the SDL if it has one. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string | undefined }[];
  /** Who may see what, by coordinate (`Type` or `Type.field`): from `@authenticated` and `@requiresScopes`. */
  readonly accessRules: ReadonlyMap<string, AccessRule>;
  /** What clients may give, by argument (`Type.field(name:)`) or input field: every subgraph's `@constraint` holds. */
  readonly constraints: ReadonlyMap<string, readonly Constraint[]>;
};

/** `scopes` is a disjunction of conjunctions (Federation 2.5); null when only a caller is required. */
export type AccessRule = {
  readonly authenticated: boolean;
  readonly scopes: readonly (readonly string[])[] | null;
};
