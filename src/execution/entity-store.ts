import { OperationTypeNode, parse } from 'graphql';
import type { EntityFetchNode, EntityTarget, FetchNode, PlanNode } from '../model/plan.ts';
import { compileAssign, type Assign, type AssignedKey } from './compile-assign.ts';
import { compileSelection, type SelectedField } from './compile-selection.ts';
import { fetchesOf } from './find-service.ts';
import { readFlatRequirements, type FlatRequirement } from './flat-requirement.ts';
import { isResponseObject, readOwn, typenameOf, type ResponseObject } from './response-object.ts';
import type { TypeRelations } from './type-relations.ts';

/** What one part of a plan brings of entities, by their representations' texts: filled and read in one run. */
export type KnownEntities = Map<string, ResponseObject>;

/**
 * Which fetches of a plan bring what later ones would ask the same service for again (docs/performance.md, "The entity
 * store"). By fields and arguments of one service only: what a service says of an entity at one place it says at all.
 */
export type EntityStore = {
  /** Puts the entities of a fetch's answer without errors aside, by the fetch's node. */
  readonly keepersOf: (node: FetchNode | EntityTarget) => readonly Keep[];
  /** Where a target's entities may be known already. */
  readonly sourcesOf: (target: EntityTarget) => readonly EntitySource[];
};

/** `text`: of the representation that an entity of the answer was asked by. */
export type Keep = (known: KnownEntities[], answer: ResponseObject, text: string | undefined) => void;

export type EntitySource = {
  /** The place of its entities among the run's. */
  readonly index: number;
  /** The target whose own question brings them; undefined where they stand further down in an answer. */
  readonly target: EntityTarget | undefined;
  /** What must be there of an entity for it to be known. */
  readonly keys: readonly string[];
  readonly assign: Assign;
};

export const NO_ENTITY_STORE: EntityStore = { keepersOf: () => [], sourcesOf: () => [] };

type Fetched = { readonly node: FetchNode | EntityFetchNode; readonly fields: readonly SelectedField[] };

/** A target that others can answer: of entities of one type, for fields that are no objects. */
type Wanted = {
  readonly target: EntityTarget;
  readonly requirement: FlatRequirement;
  readonly fields: readonly SelectedField[];
};

/** A mutation changes what was known: its plans have no store. */
export function createEntityStore(plan: PlanNode | null, relations: TypeRelations): EntityStore {
  const nodes = plan === null ? [] : fetchesOf(plan);
  const bySubgraph = Map.groupBy(nodes, ({ subgraph }) => subgraph);
  if (nodes.some(({ operationKind }) => operationKind === OperationTypeNode.MUTATION)) return NO_ENTITY_STORE;
  if ([...bySubgraph.values()].every((group) => group.length < 2)) return NO_ENTITY_STORE;
  const links = [...bySubgraph.values()].flatMap((group) => linkFetches(group, relations));
  const keepers = new Map<FetchNode | EntityTarget, Keep[]>();
  const sources = new Map<EntityTarget, EntitySource[]>();
  for (const [index, { target, offer, assign }] of links.entries()) {
    push(sources, target, { index, assign, target: offer.target, keys: offer.keys.map(({ from }) => from) });
    push(keepers, offer.node, offer.keep(index));
  }
  return { keepersOf: (node) => keepers.get(node) ?? [], sourcesOf: (target) => sources.get(target) ?? [] };
}

type Link = { readonly target: EntityTarget; readonly offer: Offer; readonly assign: Assign };

/** Each target of one service's fetches with what the earlier ones of them offer. */
function linkFetches(nodes: readonly Fetched['node'][], relations: TypeRelations): readonly Link[] {
  const fetches = nodes.map((node): Fetched => ({
    node,
    fields: compileSelection(parse(node.operation, { noLocation: true })),
  }));
  return fetches.flatMap((fetch, position) =>
    readWanted(fetch, relations).flatMap((wanted) => {
      const offers = fetches.slice(0, position).flatMap((earlier) => findOffers(earlier, wanted, relations));
      return offers.flatMap((offer): Link[] => {
        const assign = compileAssign(offer.keys);
        return assign === undefined ? [] : [{ target: wanted.target, offer, assign }];
      });
    }),
  );
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function readWanted({ node, fields }: Fetched, relations: TypeRelations): readonly Wanted[] {
  if (node.kind === 'fetch') return [];
  return node.entities.flatMap((target) => {
    const [requirement, ...others] = readFlatRequirements(target, relations) ?? [];
    if (requirement === undefined || others.length > 0 || target.outputRewrites.length > 0) return [];
    const wanted = selectionOf(fields, target).filter(({ asked }) => asked !== '__typename');
    const isPlain = wanted.every((field) => field.selection === null && isOf(field, requirement.typename));
    return isPlain && wanted.length > 0 ? [{ target, requirement, fields: wanted }] : [];
  });
}

const selectionOf = (fields: readonly SelectedField[], { responseKey }: EntityTarget) =>
  fields.find((field) => field.responseKey === responseKey)?.selection ?? [];

/** Whether every object of that type has the field, whatever the variables. */
function isOf({ condition, typeConditions }: SelectedField, typename: string): boolean {
  return condition === undefined && typeConditions.every((name) => name === typename);
}

type Offer = {
  readonly node: FetchNode | EntityTarget;
  /** Where the target is asked the same. */
  readonly target?: EntityTarget;
  readonly keys: readonly AssignedKey[];
  readonly keep: (index: number) => Keep;
};

function findOffers({ node, fields }: Fetched, wanted: Wanted, relations: TypeRelations): readonly Offer[] {
  if (node.kind === 'fetch') return node.outputRewrites.length > 0 ? [] : findPlaces(node, fields, wanted);
  return node.entities.flatMap((target) => {
    if (target.outputRewrites.length > 0) return [];
    const selection = selectionOf(fields, target);
    const isSameQuestion = isSame(readFlatRequirements(target, relations), wanted.requirement);
    const keys = isSameQuestion ? matchKeys(wanted.fields, selection, wanted.requirement.typename) : undefined;
    const places = findPlaces(target, selection, wanted);
    return keys === undefined ? places : [{ node: target, target, keys, keep: keepAsked }, ...places];
  });
}

function isSame(requirements: readonly FlatRequirement[] | undefined, { typename, fields }: FlatRequirement): boolean {
  const [only, ...others] = requirements ?? [];
  if (only === undefined || others.length > 0 || only.typename !== typename) return false;
  return only.fields.length === fields.length && only.fields.every(({ name }, index) => name === fields[index]?.name);
}

/** The keys under which a selection has the wanted fields; undefined if it lacks one. */
function matchKeys(
  wanted: readonly SelectedField[],
  selection: readonly SelectedField[],
  typename: string,
): readonly AssignedKey[] | undefined {
  const keys = wanted.map(({ asked, responseKey }) => {
    const from = selection.find((field) => field.asked === asked && isOf(field, typename))?.responseKey;
    return from === undefined ? undefined : { from, to: responseKey };
  });
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

const keepAsked =
  (index: number): Keep =>
  (known, entity, text) => {
    if (text !== undefined) (known[index] ??= new Map()).set(text, entity);
  };

/** Objects of the wanted type further down in an answer, with a key of theirs and all wanted fields. */
function findPlaces(node: Offer['node'], fields: readonly SelectedField[], wanted: Wanted): readonly Offer[] {
  const { typename, fields: told, keys: wholeKeys } = wanted.requirement;
  const isKey = wholeKeys.some((key) => key.length === told.length);
  return isKey ? walk(fields, []) : [];

  function walk(selection: readonly SelectedField[], path: readonly string[]): readonly Offer[] {
    return selection.flatMap((field) => {
      if (field.selection === null || isAmbiguous(field, selection)) return [];
      const below = [...path, field.responseKey];
      const deeper = walk(field.selection, below);
      const offer = readOffer(field.selection, below);
      return offer === undefined ? deeper : [offer, ...deeper];
    });
  }

  function readOffer(selection: readonly SelectedField[], path: readonly string[]): Offer | undefined {
    const isTyped = selection.some(({ asked, responseKey }) => asked === '__typename' && responseKey === asked);
    const keys = matchKeys(wanted.fields, selection, typename);
    const toldKeys = told.map(({ name }) => selection.find((field) => field.asked === name && isOf(field, typename)));
    if (!isTyped || keys === undefined || !toldKeys.every((field) => field !== undefined)) return undefined;
    const toText = compileText(
      typename,
      told.map(({ name }, index) => ({ name, responseKey: toldKeys[index]?.responseKey ?? name })),
    );
    return { node, keys, keep: (index) => keepPlaces(index, path, toText) };
  }
}

/** Types that exclude each other may mean different fields by one key: what is found there is found by its key alone. */
function isAmbiguous({ responseKey }: SelectedField, selection: readonly SelectedField[]): boolean {
  return selection.filter((other) => other.responseKey === responseKey).length > 1;
}

type ToText = (object: ResponseObject) => string | undefined;

/** An object's representation as gathering writes it; undefined for objects of other types and without a whole key. */
function compileText(typename: string, told: FlatRequirement['fields']): ToText {
  const start = `{"__typename":${JSON.stringify(typename)}`;
  return (object) => {
    if (typenameOf(object) !== typename) return undefined;
    let text = start;
    for (const { name, responseKey } of told) {
      const value = readOwn(object, responseKey);
      if (value === undefined || value === null) return undefined;
      text += `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
    }
    return `${text}}`;
  };
}

function keepPlaces(index: number, path: readonly string[], toText: ToText): Keep {
  return (known, answer) => {
    const entities = (known[index] ??= new Map());
    const visit = (value: unknown, depth: number): void => {
      if (Array.isArray(value)) {
        for (const item of value) visit(item, depth);
      } else if (isResponseObject(value)) {
        const key = path[depth];
        if (key !== undefined) return visit(readOwn(value, key), depth + 1);
        const text = toText(value);
        if (text !== undefined) entities.set(text, value);
      }
    };
    visit(answer, 0);
  };
}
