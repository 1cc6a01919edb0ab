import type { PathSegment } from '../model/plan.ts';
import { LocalSelection, type FetchDraft, type LocalField, type Place } from './drafts.ts';
import type { Provided } from './fields-at.ts';
import { objectsAt, type FieldIn } from './graph-index.ts';
import type { Planning } from './planning.ts';
import { fieldId } from './print-fetch.ts';
import { bothConditions, NO_CONDITIONS, type Conditions } from './selection.ts';
import type { Want } from './wants.ts';

/** One fetch's selection of the objects at a place: the place's own, or that of a fetch of its entities. */
export type View = {
  readonly place: Place;
  readonly fetch: FetchDraft;
  readonly local: LocalSelection;
  readonly isHome: boolean;
};

export const homeView = (place: Place): View => ({ place, fetch: place.fetch, local: place.local, isHome: true });

export const entityView = (place: Place, fetch: FetchDraft): View => ({
  place,
  fetch,
  local: fetch.selection,
  isHome: false,
});

/** A field of some objects as it is written: under which type condition, as which type has it. */
type Written = {
  readonly on: string | undefined;
  readonly type: string;
  readonly objects: readonly string[];
  readonly field: FieldIn;
  readonly provided: Provided;
};

/** Writes a field for objects of some types; gives the places that it leads to. */
export function selectField(planning: Planning, view: View, want: Want, types: readonly string[]): readonly Place[] {
  const isTop = !view.isHome || view.place.isEntity;
  const conditions = isTop ? bothConditions(view.place.conditions, want.conditions) : want.conditions;
  if (conditions === null) return [];
  const written = writeFor(planning, view, want, types);
  planning.spend(written.length);
  return groupByTarget(written).flatMap((group) => addGroup(planning, view, { want, group, conditions }) ?? []);
}

/** What is selected below is the same for a group: its objects, and what comes with them. */
type Group = { readonly want: Want; readonly group: readonly Written[]; readonly conditions: Conditions };

function groupByTarget(written: readonly Written[]): readonly (readonly Written[])[] {
  const provided = [...new Set(written.map((one) => one.provided))];
  return [...Map.groupBy(written, (one) => `${one.field.type} ${provided.indexOf(one.provided)}`).values()];
}

/** undefined for leaves. */
function addGroup(planning: Planning, view: View, adding: Group): Place | undefined {
  const { want, group, conditions } = adding;
  const isComposite = group.some(({ field }) => planning.index.types.has(field.type));
  // What is below a field of these objects must not be asked of others too.
  const objects = isComposite ? group.flatMap((one) => one.objects).join(' ') : '';
  const ids = group.map(({ on }) => `${fieldId({ ...want, on, conditions })} ${objects}`.trimEnd());
  const known = ids.map((id) => view.local.fields.get(id)).find((field) => field !== undefined);
  const below = known?.below ?? (isComposite ? placeBelow(planning, view, adding) : undefined);
  const { responseKey, call, variables } = want;
  for (const [index, { on, field }] of group.entries()) {
    const id = ids[index] ?? '';
    const added: LocalField = { on, responseKey, call, variables, conditions, field, below };
    if (!view.local.fields.has(id)) view.local.fields.set(id, added);
  }
  return below;
}

/** On one type that has the field for all of them where there is one, else on each. */
function writeFor(planning: Planning, view: View, want: Want, types: readonly string[]): readonly Written[] {
  const common = commonType(planning, view, want, types);
  if (common !== undefined) return [write(planning, view, want.name, { type: common, objects: types })];
  const byName = Map.groupBy(types, (type) => planning.standingOf(view.fetch.subgraph, type).type);
  return Array.from(byName, ([type, objects]) => write(planning, view, want.name, { type, objects }));
}

function write(
  { fields }: Planning,
  { place, fetch, isHome }: View,
  name: string,
  { type, objects }: Pick<Written, 'type' | 'objects'>,
): Written {
  const standing = { subgraph: fetch.subgraph, type };
  const provided = isHome ? place.provided : undefined;
  const field = fields.named(standing, name);
  if (field === undefined) throw new Error(`${fetch.subgraph} has no field ${type}.${name}`);
  const isDirect = isHome && !place.isEntity && type === place.standing.type;
  return {
    on: isDirect ? undefined : type,
    type,
    objects,
    field,
    provided: fields.providedBelow(standing, name, provided),
  };
}

function commonType(planning: Planning, view: View, want: Want, types: readonly string[]): string | undefined {
  const { place, fetch } = view;
  const provided = view.isHome ? place.provided : undefined;
  const candidates = new Set([place.standing.type, want.scope.declared]);
  return [...candidates].find((type) => {
    const standing = { subgraph: fetch.subgraph, type };
    return isCovered(planning, view, types, type) && planning.fields.isReadableOfAll(standing, want.name, provided);
  });
}

/**
 * Whether the objects that are a `type` at this place are these: in the view's subgraph, and in the whole graph too, so that
 * nobody misses the field where only the graph says so.
 */
function isCovered(
  { index }: Planning,
  { place, fetch, isHome }: View,
  types: readonly string[],
  type: string,
): boolean {
  const known = index.types.get(type);
  if (known === undefined || known.kind === 'union') return false;
  if (isHome && type === place.standing.type) return types.length === place.objects.size;
  const objects = objectsAt(index, { subgraph: fetch.subgraph, type });
  const present = isHome ? place.objects : new Set(fetch.asks?.told.keys());
  const concerned = present.intersection(objects.union(known.objects));
  return types.every((object) => objects.has(object)) && types.length === concerned.size;
}

function placeBelow({ index }: Planning, { place, fetch }: View, { want, group, conditions }: Group): Place {
  const [first] = group;
  if (first === undefined) throw new Error('a field is written nowhere');
  const standing = { subgraph: fetch.subgraph, type: first.field.type };
  const local = new LocalSelection();
  const typeInGraph = index.types.get(first.type)?.fields.get(want.name)?.type ?? '';
  const isTypeKnown = [standing.type, typeInGraph].every((type) => index.types.get(type)?.kind === 'object');
  if (!isTypeKnown) local.askType(NO_CONDITIONS);
  return {
    path: pathBelow(place, want, group),
    names: place.names.below(want.responseKey),
    fetch,
    local,
    standing,
    isEntity: false,
    provided: first.provided,
    objects: objectsAt(index, standing),
    conditions: bothConditions(place.conditions, conditions) ?? conditions,
    hops: [],
    typed: new Map(),
  };
}

function pathBelow(place: Place, want: Want, group: readonly Written[]): readonly PathSegment[] {
  const names = group.flatMap(({ objects }) => objects);
  const path: PathSegment[] = [...place.path];
  if (names.length < place.objects.size) path.push({ kind: 'type', names });
  path.push({ kind: 'field', name: want.responseKey });
  for (let level = 0; level < (group[0]?.field.listLevels ?? 0); level++) path.push({ kind: 'list' });
  return path;
}
