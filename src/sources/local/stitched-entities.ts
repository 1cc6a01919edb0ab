import { type GraphQLResolveInfo, isAbstractType, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { MergedEntity } from './merged-entity.ts';
import type { StitchedContext } from './stitched-context.ts';

type Representation = Readonly<Record<string, unknown>> & { readonly __typename: string };

export type StitchedEntities = {
  readonly subgraph: string;
  readonly byType: ReadonlyMap<string, readonly MergedEntity[]>;
  /** Fields that are made in the gateway, by type: what they need of the entity is in its key or asked for with it. */
  readonly added: ReadonlyMap<string, ReadonlySet<string>>;
  readonly keys: ReadonlyMap<string, readonly string[]>;
};

/**
 * Resolves `_entities`: from the service that has a `@merge` for the representation's key, or from the representation
 * itself where nothing else is asked for, or the type is one that only the gateway adds to.
 */
export function createEntityResolvers(entities: StitchedEntities) {
  const typeNames = new WeakMap<object, string>();

  async function resolveEntity(representation: Representation, place: Place): Promise<unknown> {
    const entity = await fetchEntity(representation, entities, place);
    if (typeof entity === 'object' && entity !== null) typeNames.set(entity, representation.__typename);
    return entity;
  }

  const resolveEntities = (
    _root: unknown,
    args: { readonly representations: readonly unknown[] },
    context: StitchedContext,
    info: GraphQLResolveInfo,
  ): Promise<unknown[]> =>
    Promise.all(
      args.representations.map(async (value) => {
        try {
          return await resolveEntity(parseRepresentation(value, entities), { context, info });
        } catch (error) {
          return error; // in the list, so that it gets its position
        }
      }),
    );

  return {
    Query: { _entities: resolveEntities },
    _Entity: { __resolveType: (entity: object) => typeNames.get(entity) },
  };
}

type Place = { readonly context: StitchedContext; readonly info: GraphQLResolveInfo };

async function fetchEntity(
  representation: Representation,
  { byType, added }: StitchedEntities,
  { context, info }: Place,
): Promise<unknown> {
  const type = representation.__typename;
  const way = byType.get(type)?.find(({ keyFields }) => keyFields.every((field) => isGiven(representation[field])));
  const selections = info.fieldNodes.flatMap((node) => selectionsFor(type, node.selectionSet, info));
  if (way === undefined || hasAll(representation, selections, added.get(type))) return representation;
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
  return way.fetch(representation, { context, info, selectionSet, isStep: false });
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Whether a representation answers a selection by itself. A field added in the gateway could need more than the key. */
function hasAll(
  representation: Representation,
  selections: readonly SelectionNode[],
  added: ReadonlySet<string> | undefined,
): boolean {
  return selections.every(
    (selection) =>
      selection.kind === Kind.FIELD &&
      selection.selectionSet === undefined &&
      !added?.has(selection.name.value) &&
      selection.name.value in representation,
  );
}

/** What is selected of an entity's type, out of fragments on it, on what it implements, and on all entities. */
function selectionsFor(
  type: string,
  selectionSet: SelectionSetNode | undefined,
  info: GraphQLResolveInfo,
): SelectionNode[] {
  return (selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
    if (fragment === undefined || !appliesTo(type, fragment.typeCondition?.name.value, info)) return [];
    const inner = selectionsFor(type, fragment.selectionSet, info);
    if (!selection.directives?.length) return inner;
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        directives: selection.directives,
        selectionSet: { kind: Kind.SELECTION_SET, selections: inner },
      },
    ];
  });
}

function appliesTo(type: string, condition: string | undefined, { schema }: GraphQLResolveInfo): boolean {
  if (condition === undefined || condition === type) return true;
  const named = schema.getType(condition);
  return isAbstractType(named) && schema.getPossibleTypes(named).some((possible) => possible.name === type);
}

function parseRepresentation(value: unknown, { keys, subgraph }: StitchedEntities): Representation {
  const name = typeof value === 'object' && value !== null && '__typename' in value ? value.__typename : undefined;
  if (typeof name === 'string' && keys.has(name)) return value as Representation;
  throw new GatewayError('INTERNAL_ERROR', 'An entity was asked for that the subgraph does not have.', {
    service: subgraph,
    detail: `"${subgraph}" has no entity ${String(name)}.`,
  });
}
