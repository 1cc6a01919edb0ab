import { OperationTypeNode } from 'graphql';
import type { EntityTarget, FetchNode, PathSegment, PlanNode, RequiresSelection, Rewrite } from '../model/plan.ts';
import type { EntityAsk, FetchDraft } from './drafts.ts';
import { fitShapes } from './fit-shapes.ts';
import type { GraphIndex } from './graph-index.ts';
import { mergeLate } from './merge-late.ts';
import { printSelection, renamesOf, type Printing } from './print-fetch.ts';
import { TYPENAME } from './representation.ts';
import { levelsOf, schedule, type Step } from './schedule.ts';
import type { Conditions } from './selection.ts';

/** What writing fetches down needs to know. */
export type Writing = {
  readonly index: GraphIndex;
  /** The client's variables as the operation defines them, e.g. `$first:Int=3`. */
  readonly definitions: ReadonlyMap<string, string>;
};

/** Fetches as a plan: those of one subgraph that can be sent at the same time are one request. */
export function writePlan(drafts: readonly FetchDraft[], writing: Writing): PlanNode | null {
  const fetches = mergeLate(drafts);
  const levels = levelsOf(fetches);
  const written = fetches.map((fetch) => ({ fetch, conditions: commonConditions(fetch) }));
  const batches = Map.groupBy(written, ({ fetch, conditions }) =>
    fetch.asks === undefined ? fetch : `${levels.get(fetch)} ${fetch.subgraph} ${conditions.join(' ')}`,
  );
  const stepOf = new Map<FetchDraft, Step>();
  const ordered = [...batches.values()].toSorted((one, other) => levelOfBatch(one) - levelOfBatch(other));
  for (const batch of ordered) {
    const needs = new Set(batch.flatMap(({ fetch }) => [...fetch.needs].flatMap((needed) => stepOf.get(needed) ?? [])));
    const together = batch.map(({ fetch }) => fetch);
    const conditions = batch[0]?.conditions ?? [];
    const step: Step = { node: underConditions(writeFetch(together, conditions, writing), conditions), needs };
    for (const draft of together) stepOf.set(draft, step);
  }
  return schedule([...new Set(stepOf.values())]);

  function levelOfBatch([first]: readonly { readonly fetch: FetchDraft }[]): number {
    return first === undefined ? 0 : (levels.get(first.fetch) ?? 0);
  }
}

/** A subscription's root field, and what is fetched for each of its events. */
export function writeSubscription(primary: FetchDraft, rest: readonly FetchDraft[], writing: Writing): PlanNode {
  const conditions = commonConditions(primary);
  const node = {
    kind: 'subscription',
    primary: writeRootFetch(primary, conditions, writing),
    rest: writePlan(rest, writing),
  } as const;
  return underConditions(node, conditions);
}

/** What all fields of a fetch stand under. */
function commonConditions({ selection }: FetchDraft): Conditions {
  const typed = selection.typedUnder === undefined ? [] : [selection.typedUnder];
  const [common = [], ...others] = [...typed, ...Array.from(selection.fields.values(), ({ conditions }) => conditions)];
  return common.filter((condition) => others.every((conditions) => conditions.includes(condition)));
}

function underConditions(node: PlanNode, conditions: Conditions): PlanNode {
  return conditions.reduceRight<PlanNode>((inner, condition) => {
    const variable = condition.slice(1);
    const [ifTrue, ifFalse] = condition.startsWith('+') ? [inner, null] : [null, inner];
    return { kind: 'condition', variable, ifTrue, ifFalse };
  }, node);
}

function writeFetch(drafts: readonly FetchDraft[], outer: Conditions, writing: Writing): PlanNode {
  const [first] = drafts;
  if (first === undefined) throw new Error('a request has no fetch');
  const { asks } = first;
  return asks === undefined ? writeRootFetch(first, outer, writing) : writeEntityFetch(drafts, outer, writing);
}

function writeRootFetch(draft: FetchDraft, outer: Conditions, writing: Writing): FetchNode {
  const { subgraph, operationKind, selection } = draft;
  const sentKeys = fitShapes(selection, writing.index);
  const variables = new Set<string>();
  const text = printSelection(selection, { sentKeys, outer, variables });
  const head = writeHead(
    operationKind,
    Array.from(variables, (name) => writing.definitions.get(name) ?? ''),
  );
  return {
    kind: 'fetch',
    subgraph,
    operationKind,
    operation: `${head}${text}`,
    operationName: undefined,
    variables: [...variables],
    outputRewrites: renamesOf(selection, sentKeys),
  };
}

function writeHead(operationKind: OperationTypeNode, definitions: readonly string[]): string {
  if (definitions.length === 0) return operationKind === OperationTypeNode.QUERY ? '' : operationKind;
  return `${operationKind}(${definitions.join(',')})`;
}

/** One `_entities` selection; several places that ask the same share it. */
type Target = {
  readonly paths: (readonly PathSegment[])[];
  readonly text: string;
  readonly requires: readonly RequiresSelection[];
  readonly inputRewrites: readonly Rewrite[];
  readonly outputRewrites: readonly Rewrite[];
};

function writeEntityFetch(drafts: readonly FetchDraft[], outer: Conditions, writing: Writing): PlanNode {
  const targets = new Map<string, Target>();
  const variables = new Set<string>();
  for (const draft of drafts) {
    const target = writeTarget(draft, { outer, variables }, writing);
    const id = JSON.stringify({ ...target, paths: [] });
    const known = targets.get(id);
    if (known === undefined) targets.set(id, target);
    else known.paths.push(...target.paths);
  }
  const named = nameTargets([...targets.values()], writing.definitions);
  const head = writeHead(OperationTypeNode.QUERY, [
    ...named.map(({ representationsVariable }) => `$${representationsVariable}:[_Any!]!`),
    ...Array.from(variables, (name) => writing.definitions.get(name) ?? ''),
  ]);
  const selections = named.map(({ responseKey, representationsVariable, text }) => {
    const alias = responseKey === '_entities' ? '' : `${responseKey}:`;
    return `${alias}_entities(representations:$${representationsVariable})${text}`;
  });
  return {
    kind: 'entity-fetch',
    subgraph: drafts[0]?.subgraph ?? '',
    operationKind: OperationTypeNode.QUERY,
    operation: `${head}{${selections.join(' ')}}`,
    operationName: undefined,
    variables: [...variables],
    outputRewrites: [],
    entities: named.map(toEntityTarget),
  };
}

function toEntityTarget(target: NamedTarget): EntityTarget {
  const { responseKey, representationsVariable, paths, requires, inputRewrites, outputRewrites } = target;
  return { responseKey, representationsVariable, paths, requires, inputRewrites, outputRewrites };
}

type NamedTarget = Target & Pick<EntityTarget, 'responseKey' | 'representationsVariable'>;

function nameTargets(targets: readonly Target[], taken: ReadonlyMap<string, string>): readonly NamedTarget[] {
  const isOne = targets.length === 1;
  return targets.map((target, index) => {
    let representationsVariable = isOne ? 'representations' : `representations${index}`;
    while (taken.has(representationsVariable)) representationsVariable += '_';
    return { ...target, responseKey: isOne ? '_entities' : `_e${index}`, representationsVariable };
  });
}

function writeTarget({ selection, asks }: FetchDraft, rest: Omit<Printing, 'sentKeys'>, { index }: Writing): Target {
  if (asks === undefined) throw new Error('a fetch asks for no entities');
  const sentKeys = fitShapes(selection, index);
  const printing: Printing = { sentKeys, ...rest };
  return {
    paths: [asks.place.path],
    text: printSelection(selection, printing),
    requires: writeRequires(asks),
    inputRewrites: writeTypenames(asks, index),
    outputRewrites: renamesOf(selection, sentKeys),
  };
}

const writeRequires = ({ told }: EntityAsk): readonly RequiresSelection[] =>
  Array.from(told, ([typeCondition, { keys, selections }]) => ({
    kind: 'fragment',
    typeCondition,
    selections: [TYPENAME, ...selections],
    keys: [keys],
  }));

/** Interface objects are asked for by the name of their interface (Federation, "@interfaceObject"). */
function writeTypenames({ told }: EntityAsk, { types }: GraphIndex): readonly Rewrite[] {
  const renamed = [...told].filter(([, { typename }]) => types.get(typename)?.kind === 'interface');
  const byTypename = Map.groupBy(renamed, ([, { typename }]) => typename);
  return Array.from(byTypename, ([value, types]) => ({
    kind: 'set',
    path: [
      { kind: 'type', names: types.map(([type]) => type) },
      { kind: 'key', name: '__typename' },
    ],
    value,
  }));
}
