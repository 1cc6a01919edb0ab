import type { RequiresSelection } from '../model/plan.ts';
import { isDeepStrictEqual } from 'node:util';
import type { FetchDraft, Place, Told } from './drafts.ts';
import { fieldsOf } from './field-set.ts';
import { objectsAt } from './graph-index.ts';
import { addEntityFetch, type Planning } from './planning.ts';
import { canBeTold, mergeRequires, toRequires } from './representation.ts';
import type { Entry, KeyProvider } from './routes.ts';
import type { Scope } from './scope.ts';
import { entityView, homeView, selectField } from './select-field.ts';
import { NO_CONDITIONS, type Conditions, type FieldSelection, type Selections } from './selection.ts';

/** Plans selections of objects at a place; `fetches` gets the fetches that bring them. */
type PlanSelections = (place: Place, selected: Selected, fetches: Set<FetchDraft>) => void;

export type Selected = { readonly selections: Selections; readonly scope: Scope; readonly conditions: Conditions };

/** Entities that are asked for in one subgraph, and what must be told of them beside their keys. */
export type Asked = {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly requires: Selections | undefined;
  readonly conditions: Conditions;
};

type Tools = { readonly planning: Planning; readonly planSelections: PlanSelections };

/**
 * The fetch of a place's entities in one subgraph (Federation, "Entities": `_entities`), with what it needs: an earlier one
 * where that comes no sooner than what this one must tell.
 */
export function askEntities(tools: Tools, place: Place, asked: Asked): FetchDraft {
  const { planning } = tools;
  const needs = new Set([place.fetch]);
  place.local.askType(NO_CONDITIONS);
  const told = new Map<string, Told>();
  for (const [types, entry] of groupByKey(planning, place, asked.entries)) {
    const selections = tellKey(tools, place, { types, entry, needs, conditions: asked.conditions });
    const keys = fieldKeys(selections);
    for (const type of types) {
      const typename = asked.entries.get(type)?.standing.type ?? type;
      told.set(type, { typename, keys, selections, conditions: asked.conditions });
    }
  }
  if (asked.requires !== undefined) tellRequired(tools, place, { ...asked, requires: asked.requires, told, needs });
  const [entry] = asked.entries.values();
  const subgraph = entry?.standing.subgraph ?? '';
  const fetch =
    place.hops.find((hop) => hop.subgraph === subgraph && canServe(planning, hop, { told, needs })) ??
    addEntityFetch(place, subgraph, needs);
  for (const [type, what] of told) addTold(fetch, type, what);
  planning.spend(told.size);
  return fetch;
}

const fieldKeys = (selections: readonly RequiresSelection[]) =>
  selections.flatMap((selection) => (selection.kind === 'field' ? [selection.responseKey] : []));

type NewEntities = { readonly told: ReadonlyMap<string, Told>; readonly needs: ReadonlySet<FetchDraft> };

function canServe(planning: Planning, fetch: FetchDraft, { told, needs }: NewEntities): boolean {
  if (needs.has(fetch) || !needs.isSubsetOf(fetch.needs) || !keepsApart(planning, fetch, told)) return false;
  return [...told].every(([type, what]) => {
    const known = fetch.asks?.told.get(type);
    return (
      known === undefined || (known.typename === what.typename && (isSameTold(known, what) || canTellBoth(known, what)))
    );
  });
}

const isSameTold = (one: Told, other: Told): boolean => isDeepStrictEqual(one.selections, other.selections);

const canTellBoth = (one: Told, other: Told): boolean =>
  one.conditions !== undefined &&
  isDeepStrictEqual(one.conditions, other.conditions) &&
  canBeTold([...one.selections, ...other.selections]);

/**
 * Whether what is asked of these types is not asked of others too, nor the other way round: of interface objects, and by
 * type conditions that others fulfil.
 */
function keepsApart({ index }: Planning, fetch: FetchDraft, told: ReadonlyMap<string, Told>): boolean {
  const present = fetch.asks?.told ?? new Map<string, Told>();
  const typenames = new Set(Array.from(told.values(), ({ typename }) => typename));
  const isApart = ([type, { typename }]: readonly [string, Told]) => told.has(type) || !typenames.has(typename);
  const conditions = new Set(Array.from(fetch.selection.fields.values(), ({ on }) => on ?? ''));
  const concerns = (on: string, type: string, typename: string) =>
    on === typename ||
    index.types.get(on)?.objects.has(type) === true ||
    objectsAt(index, { subgraph: fetch.subgraph, type: on }).has(type);
  const isNew = ([type, { typename }]: readonly [string, Told]) =>
    present.has(type) || ![...conditions].some((on) => concerns(on, type, typename));
  return [...present].every(isApart) && [...told].every(isNew);
}

function addTold(fetch: FetchDraft, type: string, what: Told): void {
  const known = fetch.asks?.told.get(type);
  if (known === undefined) fetch.asks?.told.set(type, what);
  else {
    known.selections = mergeRequires([...known.selections, ...what.selections]);
    if (!isDeepStrictEqual(known.conditions, what.conditions)) known.conditions = undefined;
  }
}

/** Types whose keys are the same fields, said by the same subgraphs. */
function groupByKey(
  planning: Planning,
  place: Place,
  entries: ReadonlyMap<string, Entry>,
): readonly (readonly [readonly string[], Entry])[] {
  const groups = new Map<string, { types: string[]; entry: Entry }>();
  for (const [type, entry] of entries) {
    const from = entry.providers.map((provider) => provider.from?.standing.subgraph ?? '');
    const home = planning.homeOf(place, type).standing.type === type ? '' : type;
    const id = `${entry.providers.map(({ field }) => JSON.stringify(field)).join()} ${from.join()} ${home}`;
    const known = groups.get(id);
    if (known === undefined) groups.set(id, { types: [type], entry });
    else known.types.push(type);
  }
  return Array.from(groups.values(), ({ types, entry }) => [types, entry] as const);
}

type KeyTelling = {
  readonly types: readonly string[];
  readonly entry: Entry;
  readonly needs: Set<FetchDraft>;
  readonly conditions: Conditions;
};

function tellKey(tools: Tools, place: Place, telling: KeyTelling): readonly RequiresSelection[] {
  return telling.entry.providers.flatMap((provider) => {
    const selections = place.names.withKeys([provider.field]);
    for (const field of fieldsOf(selections)) fetchKeyField(tools, place, { ...telling, provider, field });
    return toRequires(tools.planning, telling.types[0] ?? '', selections);
  });
}

type KeyField = KeyTelling & { readonly provider: KeyProvider; readonly field: FieldSelection };

function fetchKeyField(tools: Tools, place: Place, { types, provider, field, needs, conditions }: KeyField): void {
  const { planning } = tools;
  const { from } = provider;
  const asked = { entries: new Map(types.map((type) => [type, from])), requires: undefined, conditions };
  const view = isAsked(asked) ? entityView(place, askEntities(tools, place, asked)) : homeView(place);
  needs.add(view.fetch);
  const scope = planning.scopes.of(new Set(types), place.standing.type);
  const want = { ...field, responseKey: field.responseKey ?? field.name, conditions, scope };
  for (const below of selectField(planning, view, want, types)) {
    const inner = planning.scopes.of(below.objects, below.standing.type);
    tools.planSelections(below, { selections: field.selections ?? [], scope: inner, conditions: NO_CONDITIONS }, needs);
  }
}

function isAsked(asked: { entries: ReadonlyMap<string, Entry | undefined> }): asked is Asked {
  return [...asked.entries.values()].every((entry) => entry !== undefined);
}

type RequiredTelling = Asked & {
  readonly requires: Selections;
  readonly told: ReadonlyMap<string, Told>;
  readonly needs: Set<FetchDraft>;
};

/** `@requires`: fetched first, and told beside the key (Federation, "@requires"). */
function tellRequired({ planning, planSelections }: Tools, place: Place, telling: RequiredTelling): void {
  const { requires, told, needs, conditions } = telling;
  const selections = place.names.withKeys(requires);
  const scope = planning.scopes.of(new Set(told.keys()), place.standing.type);
  planSelections(place, { selections, scope, conditions }, needs);
  for (const [type, what] of told)
    what.selections = mergeRequires([...what.selections, ...toRequires(planning, type, selections)]);
}
