import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Place } from '../errors/problem.ts';
import type { Binding } from './binding.ts';
import type { CallGraph } from './call-graph.ts';
import type { CallPolicy } from './call.ts';
import type { Constraint } from './constraint.ts';
import type { Expression } from './expression.ts';

/** A file (or published text) as read: `name` is what problems show. */
export type SourceText = { readonly name: string; readonly text: string };

/**
 * How a subgraph's fields are fetched: `graphql` a federated service over HTTP; `bound` calls described by directives;
 * `resolvers` TypeScript in this process; `stitched` plain GraphQL services.
 */
export type SubgraphKind = 'graphql' | 'bound' | 'resolvers' | 'stitched';

/** What a subgraph is made from: its SDL files and what stands beside them. */
export type SubgraphInput = {
  readonly name: string;
  readonly kind: Exclude<SubgraphKind, 'bound'> | 'auto';
  readonly schema: readonly SourceText[];
  /** `.proto` files by import name, the first ones being the roots; descriptor sets, whose text is base64. */
  readonly protos?: readonly SourceText[] | undefined;
  /** The service says itself what it offers. While there are no protos, it has not been asked: nothing of it is known. */
  readonly reflection?: true | undefined;
  readonly url?: string | undefined;
  /** URLs of further services, by their `@source(name:)`. */
  readonly sources?: Readonly<Record<string, string>> | undefined;
};

/** A schema coordinate: `Type` or `Type.field`. */
export type Coordinate = string;

/** One subgraph's SDL, read and checked: everything later stages need of it. */
export type SubgraphSchema = {
  readonly name: string;
  readonly kind: SubgraphKind;
  readonly url: string | undefined;
  /** As the team wrote it, locations kept. */
  readonly document: DocumentNode;
  /** For the composer: directives of ours taken out, `@link` in place, federation semantics only. */
  readonly federationDocument: DocumentNode;
  /** The subgraph's own executable shape, with `_entities`, `_Any` and `_Entity` where it has entities. Directives of ours do not appear. */
  readonly schema: GraphQLSchema;
  /** Calls by field coordinate. */
  readonly fieldBindings: ReadonlyMap<Coordinate, Binding>;
  /** How an entity type is fetched by key. */
  readonly entityBindings: ReadonlyMap<string, Binding>;
  /** How a GraphQL argument or input field is called on the wire (`@source(naming:)`), where no expression says otherwise. */
  readonly toWireName: (name: string) => string;
  /** What `@map` says that arguments, input fields and enum values are called on the wire, by coordinate. */
  readonly wireNames: ReadonlyMap<Coordinate, string>;
  /** `@map(from)` (and naming rules, where a field's wire name differs) by field coordinate. */
  readonly maps: ReadonlyMap<Coordinate, Expression>;
  /** Key field sets of each entity type, as written, e.g. `["sku", "id region { name }"]`. Resolvable ones only. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** The nearest policy for a field: its own, its type's, the schema's, merged setting by setting. */
  readonly policyOf: (coordinate: Coordinate) => CallPolicy;
  /** The same without what is the schema's: what a field that another field's call serves adds to that call. */
  readonly ownPolicyOf: (coordinate: Coordinate) => CallPolicy;
  /** `@constraint` by the coordinate of an argument (`Type.field(name:)`) or an input field. */
  readonly constraints: ReadonlyMap<Coordinate, Constraint>;
  readonly callGraph: CallGraph;
  /** Where a coordinate is defined in the team's files. */
  readonly placeOf: (coordinate: Coordinate) => Place | undefined;
};
