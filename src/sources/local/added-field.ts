import type { GraphQLResolveInfo } from 'graphql';
import type { StitchedContext } from './stitched-context.ts';

/** A resolver, and the fields of its object that it needs, as a selection set with aliases of its own. */
export type AddedField = {
  readonly selectionSet?: string;
  readonly resolve: (
    parent: Readonly<Record<string, unknown>>,
    args: Readonly<Record<string, unknown>>,
    context: StitchedContext,
    info: GraphQLResolveInfo,
  ) => unknown;
};

/** A field's alias in the selections that are added for it: it must not meet a name that the client has chosen. */
export function ownAlias(field: string, name: string): string {
  return `_${field}_${name}`;
}

/** A parent's field: under its alias where it came out of a service, by its name where it came in as a representation. */
export function readParent(parent: Readonly<Record<string, unknown>>, alias: string, name: string): unknown {
  return alias in parent ? parent[alias] : parent[name];
}
