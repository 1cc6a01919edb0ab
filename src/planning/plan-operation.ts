import { OperationTypeNode, print, type FieldNode, type OperationDefinitionNode } from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';
import type { PlanNode } from '../model/plan.ts';
import { appraise, homeBelow, splitSelections, toCost } from './appraise.ts';
import { LocalSelection, type FetchDraft, type Place } from './drafts.ts';
import type { FieldIn } from './graph-index.ts';
import type { Planning } from './planning.ts';
import { planSelections } from './plan-selections.ts';
import { ResponseNames } from './response-names.ts';
import { homeView, selectField } from './select-field.ts';
import { bothConditions, NO_CONDITIONS, readSelections, type Selections } from './selection.ts';
import { collectFetches } from './collect-fetches.ts';
import type { Want } from './wants.ts';
import { group } from './schedule.ts';
import { writePlan, writeSubscription, type Writing } from './write-plan.ts';

export type PlannedOperation = {
  readonly root: PlanNode | null;
  /** The client's response key → the one that the fetches use. */
  readonly responseKeys: ReadonlyMap<string, string>;
};

/** Plans an operation without its introspection fields and `__typename`s of the root, which execution answers. */
export function planOperation(planning: Planning, { operation, fragments }: CheckedOperation): PlannedOperation {
  const responseKeys = new Map<string, string>();
  const taken = new Set<string>();
  const toResponseKey = (field: FieldNode) => {
    if (field.name.value === '__typename') return '__typename'; // where execution looks for it
    const key = (field.alias ?? field.name).value;
    const fetchKey = isPlain(key) ? key : `_client_${key}`;
    if (fetchKey !== key) responseKeys.set(key, fetchKey);
    taken.add(fetchKey);
    return fetchKey;
  };
  const selections = readSelections(operation.selectionSet, { fragments, toResponseKey });
  const root: Root = {
    planning,
    operation,
    type: planning.index.rootTypes.get(operation.operation) ?? '',
    names: new ResponseNames([selections], taken),
  };
  const wants = wantsOf(root, selections);
  const writing: Writing = { index: planning.index, definitions: readDefinitions(operation) };
  return { root: planRoot(root, wants, writing), responseKeys };
}

/** Not inherited by every object, and not the planner's. */
const isPlain = (key: string) => !key.startsWith('_') && !(key in Object.prototype);

type Root = {
  readonly planning: Planning;
  readonly operation: OperationDefinitionNode;
  readonly type: string;
  readonly names: ResponseNames;
};

const META_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type', '__typename']);

function wantsOf({ planning, type }: Root, selections: Selections): readonly Want[] {
  const scope = planning.scopes.of(new Set([type]), type);
  return planning.collect(selections, scope).filter(({ name }) => !META_FIELDS.has(name));
}

const readDefinitions = ({ variableDefinitions = [] }: OperationDefinitionNode): ReadonlyMap<string, string> =>
  new Map(
    variableDefinitions.map(({ variable, type, defaultValue }) => {
      const standard = defaultValue === undefined ? '' : `=${print(defaultValue)}`;
      return [variable.name.value, `$${variable.name.value}:${print(type)}${standard}`];
    }),
  );

function planRoot(root: Root, wants: readonly Want[], writing: Writing): PlanNode | null {
  switch (root.operation.operation) {
    case OperationTypeNode.QUERY: {
      const fetches = new Map<string, Place>();
      for (const want of inOrder(root, wants)) planRootField(root, want, fetches);
      return writePlan(collectFetches([...fetches.values()]), writing);
    }
    case OperationTypeNode.MUTATION:
      return planMutation(root, wants, writing);
    case OperationTypeNode.SUBSCRIPTION:
      return planSubscription(root, wants, writing);
  }
}

/** Fields of one subgraph only come first: its fetch then serves what others could too. */
function inOrder(root: Root, wants: readonly Want[]): readonly Want[] {
  const count = (want: Want) => Math.min(2, rootOptions(root, want).length);
  return wants.toSorted((one, other) => count(one) - count(other));
}

type RootOption = { readonly subgraph: string; readonly field: FieldIn };

function rootOptions({ planning, type }: Root, { name }: Want): readonly RootOption[] {
  const subgraphs = planning.index.types.get(type)?.subgraphs ?? new Map<string, unknown>();
  return [...subgraphs.keys()].flatMap((subgraph) => {
    const field = planning.fields.readable({ subgraph, type }, name, undefined);
    return field === undefined ? [] : [{ subgraph, field }];
  });
}

function rootPlace(root: Root, subgraph: string): Place {
  const local = new LocalSelection();
  const { operation } = root.operation;
  const fetch: FetchDraft = { subgraph, operationKind: operation, selection: local, asks: undefined, needs: new Set() };
  return {
    path: [],
    names: root.names,
    fetch,
    local,
    standing: { subgraph, type: root.type },
    isEntity: false,
    provided: undefined,
    objects: new Set([root.type]),
    conditions: NO_CONDITIONS,
    hops: [],
    typed: new Map(),
  };
}

/** Asks the best subgraph for a root field; others for what of it that one does not have. */
function planRootField(root: Root, want: Want, places: Map<string, Place>): void {
  const options = rankRoot(root, want, new Set(places.keys()));
  let left = want.selections;
  for (const option of options) {
    const place = places.get(option.subgraph) ?? rootPlace(root, option.subgraph);
    const { within, beyond } =
      left === undefined
        ? { within: undefined, beyond: [] }
        : splitSelections(root.planning, left, belowRoot(root, want, option));
    if (within?.length === 0 && beyond.length > 0) continue;
    places.set(option.subgraph, place);
    takeRootField(root.planning, place, { ...want, selections: within });
    left = beyond;
    if (beyond.length === 0) return;
  }
  throw new Error(`nothing gives all of ${root.type}.${want.name}`);
}

const belowRoot = ({ planning, type }: Root, { name }: Want, { subgraph, field }: RootOption) => {
  const standing = { subgraph, type };
  return homeBelow(planning, { standing, field, entry: undefined }, { name, home: { standing, provided: undefined } });
};

function takeRootField(planning: Planning, place: Place, want: Want): void {
  for (const below of selectField(planning, homeView(place), want, [...place.objects])) {
    const scope = planning.scopes.of(below.objects, below.standing.type);
    planSelections(planning, below, { selections: want.selections ?? [], scope, conditions: NO_CONDITIONS });
  }
}

function rankRoot(root: Root, want: Want, asked: ReadonlySet<string>): readonly RootOption[] {
  const options = rootOptions(root, want);
  if (options.length < 2) return options;
  const cost = (option: RootOption): number => {
    const { hops, lacking } =
      want.selections === undefined
        ? { hops: 0, lacking: 0 }
        : appraise(root.planning, want.selections, belowRoot(root, want, option));
    return toCost({ lacking, hops, isStricter: option.field.isStricter, isNew: !asked.has(option.subgraph) });
  };
  const costs = new Map(options.map((option) => [option, cost(option)]));
  return options.toSorted((one, other) => (costs.get(one) ?? 0) - (costs.get(other) ?? 0));
}

/**
 * Root fields in their order, each with its further fetches before the next begins (GraphQL, section 6.2.2). Those of one
 * subgraph with nothing between them are one fetch.
 */
function planMutation(root: Root, wants: readonly Want[], writing: Writing): PlanNode | null {
  const flag = orderingFlag(wants);
  if (flag !== undefined) {
    root.planning.spend(wants.length);
    const [ifTrue, ifFalse] = ['+', '-'].map((sign) => planMutation(root, decide(wants, `${sign}${flag}`), writing));
    return { kind: 'condition', variable: flag, ifTrue: ifTrue ?? null, ifFalse: ifFalse ?? null };
  }
  const places: Place[] = [];
  for (const want of wants) {
    const [option] = rankRoot(root, want, new Set());
    if (option === undefined) throw new Error(`nothing gives ${root.type}.${want.name}`);
    const last = places.at(-1);
    const isNext = last?.fetch.subgraph === option.subgraph && collectFetches([last]).length === 1;
    const place = isNext ? last : rootPlace(root, option.subgraph);
    if (!isNext) places.push(place);
    takeRootField(root.planning, place, want);
  }
  const nodes = places.map((place) => writePlan(collectFetches([place]), writing));
  return group(
    'sequence',
    nodes.filter((node) => node !== null),
  );
}

/** A variable that decides where a field, which is selected under several conditions, has its place in the order. */
function orderingFlag(wants: readonly Want[]): string | undefined {
  const byKey = Map.groupBy(wants, ({ responseKey }) => responseKey);
  const repeated = [...byKey.values()].filter((same) => same.length > 1).flat();
  return repeated.flatMap(({ conditions }) => conditions)[0]?.slice(1);
}

/** What is wanted where a condition holds. */
function decide(wants: readonly Want[], condition: string): readonly Want[] {
  const decided = new Map<string, Want>();
  for (const want of wants) {
    if (bothConditions(want.conditions, [condition]) === null) continue;
    const conditions = want.conditions.filter((one) => one !== condition);
    const id = `${want.responseKey} ${conditions.join(' ')}`;
    const known = decided.get(id)?.selections;
    const selections = known === undefined ? want.selections : [...known, ...(want.selections ?? [])];
    decided.set(id, { ...want, conditions, selections });
  }
  return [...decided.values()];
}

/** The subscription itself, and what is fetched for each of its events. */
function planSubscription(root: Root, wants: readonly Want[], writing: Writing): PlanNode | null {
  const [want] = wants;
  if (want === undefined) return null;
  const [option] = rankRoot(root, want, new Set());
  if (option === undefined) throw new Error(`nothing gives ${root.type}.${want.name}`);
  const place = rootPlace(root, option.subgraph);
  for (const one of wants) takeRootField(root.planning, place, one);
  const rest = collectFetches([place]).filter((fetch) => fetch !== place.fetch);
  return writeSubscription(place.fetch, rest, writing);
}
