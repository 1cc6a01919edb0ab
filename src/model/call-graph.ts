import type { Place } from '../errors/problem.ts';
import type { Binding } from './binding.ts';
import type { Coordinate } from './subgraph.ts';

/** What of a subgraph decides how often its calls, and those of others, are made: found in the schema, without a request. */
export type CallGraph = {
  readonly edges: readonly TypeEdge[];
  /** Calls of fields of objects, and of entities, that are made for one parent, or one key, each. */
  readonly unbatched: readonly UnbatchedCall[];
};

/** A field that leads from one type to another; or an interface or union, and what it may be (without a coordinate). */
export type TypeEdge = {
  readonly coordinate: Coordinate | undefined;
  readonly owner: string;
  readonly target: string;
  /** The answer holds the key of an entity alone (`@map(from: "{ id: maker_id }")`). */
  readonly isReference: boolean;
  /** Undefined where it leads to one. */
  readonly list: ListLength | undefined;
};

/** How long a field's list is. */
export type ListLength = {
  /** At most or by default, in words; undefined where nothing is said. */
  readonly said: string | undefined;
  /** At most, whatever a client asks for; undefined where nothing bounds it. */
  readonly most: number | undefined;
};

export type UnbatchedCall = {
  readonly coordinate: Coordinate;
  readonly kind: Binding['kind'];
  readonly place: Place;
  /** The fields of the type's key, by which a batch could be matched; undefined where it has none. */
  readonly match: string | undefined;
};
