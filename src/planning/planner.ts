import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { OperationTypeNode, print, stripIgnoredCharacters, type DocumentNode } from 'graphql';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { ProblemsError } from '../errors/problem.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { PlanNode, QueryPlan } from '../model/plan.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { adaptSupergraph } from './adapt-supergraph.ts';
import { readMentionedTypes } from './complete-requires.ts';
import { cutOperation } from './cut-operation.ts';
import { readFlagNames, type Flags } from './decide-conditions.ts';
import { differsByType } from './differs-by-type.ts';
import { type PlanNatively, startPlannerChild } from './planner-child.ts';
import { createPlannerProcess } from './planner-process.ts';
import { estimatePlanning } from './planning-cost.ts';
import { rankSubgraphs } from './rank-subgraphs.ts';
import { readPlan } from './read-plan.ts';
import { readSupergraphFacts } from './read-supergraph-facts.ts';
import { isFragileGraph } from './is-fragile-graph.ts';
import { reduceInterfaces } from './reduce-interfaces.ts';
import { renameClashes } from './rename-clashes.ts';
import { splitMutation } from './split-mutation.ts';

/** Turns operations over one supergraph into query plans. */
export type Planner = {
  /**
   * Rejects with GatewayError: INTERNAL_ERROR where the native planner fails, OPERATION_TOO_COSTLY where it takes too long,
   * OVERLOADED where too many operations wait for it.
   */
  readonly plan: (operation: CheckedOperation, overrides?: ActiveOverrides) => Promise<QueryPlan>;
  /** What `@override(label:)` names in the supergraph: labels, and the numbers of `percent(…)`. */
  readonly overrides: { readonly labels: readonly string[]; readonly percentages: readonly number[] };
  /** Ends the process that plans what takes long; plans that are being made there are lost. */
  readonly close: () => void;
};

/** Which progressive overrides are followed: those of the labels, and each `percent(n)` with n above `percent`. */
export type ActiveOverrides = { readonly labels: ReadonlySet<string>; readonly percent: number };

const NO_OVERRIDES: ActiveOverrides = { labels: new Set(), percent: 100 };

/** Of so many variables in `@skip` and `@include`, each combination is planned by itself: at most 16 plans. */
const MAX_DECIDED_FLAGS = 4;

/**
 * More than so many selections (by the estimate) are planned in a process of their own: a plan that is begun cannot be
 * called off, and holds one of the four threads that files and names are read with. So many take 0.1 to 0.3 s at worst
 * (bench/hostile.ts).
 */
const MAX_PLANNED_HERE = 400;

export type PlannerSettings = {
  /** How long the planning of one operation may take, in a process of its own; `limits.planning`. */
  readonly timeoutMs?: number | undefined;
  /** Whether a graph that the native planner may end its process over is planned wholly in a process of its own. */
  readonly guardsFragileGraphs?: boolean | undefined;
};

type PlanDocument = (document: DocumentNode) => Promise<PlanNode | null>;

/**
 * The door to the native planner. Root introspection and root `__typename` are never planned: execution answers them.
 * Throws ProblemsError for a supergraph that cannot be planned over.
 */
export function createPlanner(
  supergraph: Supergraph,
  { timeoutMs = DEFAULT_LIMITS.planning, guardsFragileGraphs = false }: PlannerSettings = {},
): Planner {
  const { sdl, native, toSubgraphName, facts } = readSupergraph(supergraph.sdl);
  const names = {
    fields: new Set(Array.from(facts.fieldTypes.values(), (fields) => [...fields.keys()]).flat()),
    required: facts.requiredNames,
    requiredWithArguments: facts.requiredWithArguments,
  };
  const isFragile = guardsFragileGraphs && isFragileGraph(supergraph.sdl);
  const apart = createPlannerProcess({ start: () => startPlannerChild(sdl), timeoutMs });
  const planHere: PlanNatively = async ({ text, labels, percent }) =>
    (await native.planAsync(text, undefined, new Set(labels), percent)).node ?? null;
  const planDocument = async (
    document: DocumentNode,
    { labels, percent }: ActiveOverrides,
    planNatively: PlanNatively,
  ): Promise<PlanNode | null> => {
    try {
      const text = stripIgnoredCharacters(print(document));
      const node = await planNatively({ text, labels: [...labels], percent });
      const mentionedTypes = readMentionedTypes(document, facts.possibleTypes);
      return node ? readPlan(node, { keysOf: facts.keysOf, toSubgraphName, mentionedTypes }) : null;
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause;
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new GatewayError('INTERNAL_ERROR', 'The operation could not be planned.', { detail, cause });
    }
  };
  return {
    overrides: { labels: native.overrideLabels, percentages: native.overridePercentages },
    close: apart.close,
    async plan(operation, overrides = NO_OVERRIDES) {
      const { document, responseKeys, variableNames } = renameClashes(operation.document, names);
      const flagNames = decidedFlags(document);
      const planAll = (planNatively: PlanNatively) =>
        planFlags(flagNames, new Map(), (flags) =>
          planOperation(cutOperation(document, flags, facts), (part) => planDocument(part, overrides, planNatively)),
        );
      const cost = estimatePlanning(operation, facts) * 2 ** flagNames.length;
      const isDangerous = isFragile || cost > MAX_PLANNED_HERE || differsByType(operation);
      const root = await (isDangerous ? apart.run(planAll) : planAll(planHere));
      return { root, responseKeys, variableNames, possibleTypes: facts.possibleTypes };
    },
  };
}

function readSupergraph(sdl: string) {
  try {
    const { sdl: reduced, writtenOut } = reduceInterfaces(sdl);
    const ranked = rankSubgraphs(adaptSupergraph(reduced));
    return {
      sdl: ranked.sdl,
      native: new QueryPlanner(ranked.sdl),
      toSubgraphName: ranked.toSubgraphName,
      facts: readSupergraphFacts(sdl, writtenOut),
    };
  } catch (cause) {
    const message = `The query planner cannot read the supergraph: ${cause instanceof Error ? cause.message : String(cause)}`;
    const remedy = 'Compose it again, with a composer that writes supergraphs of the join specification.';
    throw new ProblemsError([{ severity: 'error', code: 'INVALID_SUPERGRAPH', message, remedy, places: [] }]);
  }
}

/**
 * The native planner fails on, or plans wrongly, many operations with conditions (fragments under `@skip` beside other
 * fragments, one field under two conditions), and none without. So conditions are decided before it sees them.
 */
function decidedFlags(document: DocumentNode): readonly string[] {
  const names = readFlagNames(document);
  return names.length <= MAX_DECIDED_FLAGS ? names : [];
}

/** A plan for each combination of flags, under condition nodes; conditions that change nothing are left out. */
async function planFlags(
  undecided: readonly string[],
  flags: Flags,
  planWith: (flags: Flags) => Promise<PlanNode | null>,
): Promise<PlanNode | null> {
  const [variable, ...rest] = undecided;
  if (variable === undefined) return planWith(flags);
  const decide = (value: boolean) => planFlags(rest, new Map([...flags, [variable, value]]), planWith);
  const [ifTrue, ifFalse] = await Promise.all([decide(true), decide(false)]);
  if (JSON.stringify(ifTrue) === JSON.stringify(ifFalse)) return ifTrue;
  return { kind: 'condition', variable, ifTrue, ifFalse };
}

async function planOperation(document: DocumentNode | null, planDocument: PlanDocument): Promise<PlanNode | null> {
  if (document === null) return null;
  const whole = await planDocument(document);
  if (!isMutation(document) || isStrictlySerial(whole)) return whole;
  const parts = await Promise.all(splitMutation(document).map(planDocument));
  return { kind: 'sequence', nodes: parts.filter((part) => part !== null) };
}

const isMutation = ({ definitions }: DocumentNode) =>
  definitions.some((definition) => 'operation' in definition && definition.operation === OperationTypeNode.MUTATION);

/** The native planner runs a mutation's later root fields beside the further fetches of earlier ones; that is not serial. */
function isStrictlySerial(plan: PlanNode | null): boolean {
  const nodes = plan?.kind === 'sequence' ? plan.nodes : [plan];
  return nodes.every(
    (node) => node === null || (node.kind === 'fetch' && node.operationKind === OperationTypeNode.MUTATION),
  );
}
