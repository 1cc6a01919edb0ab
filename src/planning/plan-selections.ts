import { askEntities, type Selected } from './ask-entities.ts';
import { appraise, homeBelow, splitSelections, toCost } from './appraise.ts';
import type { FetchDraft, Place } from './drafts.ts';
import { objectsAt } from './graph-index.ts';
import type { Planning } from './planning.ts';
import type { Entry, Home, Option } from './routes.ts';
import { entityView, homeView, selectField, type View } from './select-field.ts';
import { bothConditions, NO_CONDITIONS, type Selections } from './selection.ts';
import type { Want } from './wants.ts';

/** A field of objects that can all have it from the same subgraphs. */
type Task = {
  readonly want: Want;
  readonly types: readonly string[];
  /** By type, the nearest first; of the same subgraphs for each. */
  readonly options: ReadonlyMap<string, readonly Option[]>;
  readonly first: readonly Option[];
};

/** Finds a subgraph for everything that is selected of the objects at a place, and below. */
export function planSelections(planning: Planning, place: Place, selected: Selected, fetches?: Set<FetchDraft>): void {
  const tasks: Task[] = [];
  for (const want of planning.collect(selected.selections, selected.scope)) {
    const conditions = bothConditions(want.conditions, selected.conditions);
    if (conditions !== null) tasks.push(...toTasks(planning, place, { ...want, conditions }, fetches));
  }
  const walk: Walk = { planning, place, fetches, popular: countSubgraphs(tasks) };
  // What can be had from one subgraph only is settled first: its fetches then serve the rest.
  for (const task of tasks.toSorted((one, other) => Math.min(one.first.length, 2) - Math.min(other.first.length, 2)))
    settle(walk, task);
}

type Walk = {
  readonly planning: Planning;
  readonly place: Place;
  readonly fetches: Set<FetchDraft> | undefined;
  /** How many tasks of this place each subgraph could serve. */
  readonly popular: ReadonlyMap<string, number>;
};

function countSubgraphs(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { first } of tasks) {
    for (const { standing } of first) counts.set(standing.subgraph, (counts.get(standing.subgraph) ?? 0) + 1);
  }
  return counts;
}

function toTasks(planning: Planning, place: Place, want: Want, fetches: Set<FetchDraft> | undefined): readonly Task[] {
  if (want.name === '__typename') {
    place.local.askType(NO_CONDITIONS);
    fetches?.add(place.fetch);
  }
  const here = ofAllHere(planning, place, want);
  if (here !== undefined) return [{ want, types: want.scope.types, options: new Map(), first: [here] }];
  planning.spend(want.scope.types.length);
  const groups = new Map<string, Map<string, readonly Option[]>>();
  for (const type of want.scope.types) {
    if (planning.isUnknown(type) && isTypeNeeded(planning, place, want, type)) {
      planTyped(planning, place, { want, type, fetches });
    } else if (want.name !== '__typename') {
      const options = planning.routes.options(type, want.name, planning.homeOf(place, type));
      const id = options.map(({ standing, entry }) => `${standing.subgraph} ${entry === undefined}`).join();
      groups.set(id, (groups.get(id) ?? new Map<string, readonly Option[]>()).set(type, options));
    }
  }
  return Array.from(groups.values(), (options): Task => {
    const [first = []] = options.values();
    return { want, types: [...options.keys()], options, first };
  });
}

/** A leaf that all objects of the place have where they stand: most of what is selected. */
function ofAllHere({ fields }: Planning, place: Place, { name, selections, scope }: Want): Option | undefined {
  const { standing, provided } = place;
  if (selections !== undefined || scope.types.length !== place.objects.size || scope.inside !== undefined)
    return undefined;
  if (name === '__typename' || !fields.isReadableOfAll(standing, name, provided)) return undefined;
  const field = fields.readable(standing, name, provided);
  return field && { standing, field, entry: undefined };
}

/** Whether it must be known which object an interface object stands for. */
function isTypeNeeded(planning: Planning, place: Place, want: Want, type: string): boolean {
  const { inside } = want.scope;
  const objects = planning.index.types.get(type)?.objects ?? new Set<string>();
  if (want.name === '__typename' || (inside !== undefined && !objects.isSubsetOf(inside))) return true;
  return planning.routes.options(type, want.name, planning.homeOf(place, type)).length === 0;
}

type Typing = { readonly want: Want; readonly type: string; readonly fetches: Set<FetchDraft> | undefined };

function planTyped(planning: Planning, place: Place, { want, type, fetches }: Typing): void {
  const typed = typedPlace(planning, place, { want, type });
  const { inside } = want.scope;
  fetches?.add(typed.fetch);
  const objects = inside === undefined ? typed.objects : typed.objects.intersection(inside);
  if (objects.size === 0) return;
  const scope = planning.scopes.of(objects, typed.standing.type);
  const field = { ...want, kind: 'field' as const, conditions: NO_CONDITIONS };
  planSelections(planning, typed, { selections: [field], scope, conditions: want.conditions }, fetches);
}

/** The place as a subgraph brings it that knows the objects' types: best one that has the field too. */
function typedPlace(planning: Planning, place: Place, { want, type }: Pick<Typing, 'want' | 'type'>): Place {
  const ways = planning.routes.waysToType(type, planning.homeOf(place, type));
  const entry =
    ways.find((way) => [...place.typed.keys()].some(({ subgraph }) => subgraph === way.standing.subgraph)) ??
    ways.find((way) => hasField(planning, way, want)) ??
    ways[0];
  if (entry === undefined) throw new Error(`no subgraph tells the types of ${type} at ${printPath(place)}`);
  const asked = { entries: new Map([[type, entry]]), requires: undefined, conditions: want.conditions };
  const fetch = askEntities(toolsOf(planning), place, asked);
  fetch.selection.askType(bothConditions(place.conditions, want.conditions) ?? NO_CONDITIONS);
  const known = place.typed.get(fetch);
  if (known !== undefined) return known;
  const typed: Place = {
    ...place,
    fetch,
    local: fetch.selection,
    standing: entry.standing,
    isEntity: true,
    provided: undefined,
    objects: objectsAt(planning.index, entry.standing),
    hops: [],
    typed: new Map(),
  };
  place.typed.set(fetch, typed);
  return typed;
}

function hasField({ index, fields }: Planning, { standing }: Entry, { name }: Want): boolean {
  const objects = [...objectsAt(index, standing)];
  return objects.some((type) => fields.readable({ ...standing, type }, name, undefined) !== undefined);
}

const toolsOf = (planning: Planning) => ({
  planning,
  planSelections: (place: Place, selected: Selected, fetches: Set<FetchDraft>) =>
    planSelections(planning, place, selected, fetches),
});

function settle(walk: Walk, task: Task): void {
  const { want, first } = task;
  const [only] = first;
  if (only === undefined)
    throw new Error(`nothing gives ${want.scope.declared}.${want.name} at ${printPath(walk.place)}`);
  if (want.selections === undefined || first.length === 1) return take(walk, task, preferred(walk, task));
  let left: Selections = want.selections;
  const ranked = rankOptions(walk, task);
  for (const index of ranked) {
    const option = first[index];
    if (option === undefined) break;
    const { within, beyond } = splitSelections(walk.planning, left, belowOption(walk, task, option));
    if (within.length > 0 || beyond.length === 0) take(walk, { ...task, want: { ...want, selections: within } }, index);
    left = beyond;
    if (beyond.length === 0) return;
  }
  throw new Error(`nothing gives all of ${want.scope.declared}.${want.name} at ${printPath(walk.place)}`);
}

/** Here; else from the nearest that something is fetched from already; else from where most can be fetched. */
function preferred({ place, popular }: Walk, { first }: Task): number {
  const rank = ({ standing, entry, field }: Option): number => {
    if (entry === undefined) return -1000;
    const isAsked = field.requires === undefined && place.hops.some((hop) => hop.subgraph === standing.subgraph);
    return isAsked ? -500 : -(popular.get(standing.subgraph) ?? 0);
  };
  const ranks = first.map(rank);
  return ranks.indexOf(Math.min(...ranks));
}

/** By how many fetches they would lead to, those here and in fetches that are there already first. */
function rankOptions(walk: Walk, task: Task): readonly number[] {
  const { planning, place } = walk;
  const best = preferred(walk, task);
  const costs = task.first.map((option, index) => {
    const { standing, entry, field } = option;
    const { hops, lacking } = appraise(planning, task.want.selections ?? [], belowOption(walk, task, option));
    const isAsked = entry === undefined || place.hops.some((hop) => hop.subgraph === standing.subgraph);
    return 2 * toCost({ lacking, hops, isStricter: field.isStricter, isNew: !isAsked }) + (index === best ? 0 : 1);
  });
  return costs.map((_, index) => index).toSorted((one, other) => (costs[one] ?? 0) - (costs[other] ?? 0));
}

function belowOption({ planning, place }: Walk, { want, types }: Task, option: Option): Home {
  return homeBelow(planning, option, { name: want.name, home: planning.homeOf(place, types[0] ?? '') });
}

function take(walk: Walk, task: Task, index: number): void {
  const { planning, fetches } = walk;
  const view = openView(walk, task, index);
  fetches?.add(view.fetch);
  for (const below of selectField(planning, view, task.want, task.types)) {
    const scope = planning.scopes.of(below.objects, below.standing.type);
    const selections = task.want.selections ?? [];
    planSelections(planning, below, { selections, scope, conditions: NO_CONDITIONS }, fetches);
  }
}

function openView({ planning, place }: Walk, { want, options, first }: Task, index: number): View {
  const entries = new Map<string, Entry>();
  for (const [type, ofType] of options) {
    const entry = ofType[index]?.entry;
    if (entry !== undefined) entries.set(type, entry);
  }
  if (entries.size === 0) return homeView(place);
  const requires = first[index]?.field.requires;
  return entityView(place, askEntities(toolsOf(planning), place, { entries, requires, conditions: want.conditions }));
}

function printPath({ path }: Place): string {
  return path.flatMap((segment) => (segment.kind === 'field' ? [segment.name] : [])).join('.') || 'the root';
}
