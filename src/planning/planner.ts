import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { OperationTypeNode, print, stripIgnoredCharacters, type DocumentNode } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import { ProblemsError } from '../errors/problem.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { PlanNode, QueryPlan } from '../model/plan.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { cutOperation, readFlagNames, type Flags } from './cut-operation.ts';
import { readPlan } from './read-plan.ts';
import { readSupergraphFacts } from './read-supergraph-facts.ts';
import { renameClashes } from './rename-clashes.ts';
import { splitMutation } from './split-mutation.ts';

/** Turns operations over one supergraph into query plans. */
export type Planner = {
  /** Rejects with GatewayError INTERNAL_ERROR where the native planner fails. */
  readonly plan: (operation: CheckedOperation) => Promise<QueryPlan>;
};

/** Of so many variables in `@skip` and `@include`, each combination is planned by itself: at most 16 plans. */
const MAX_DECIDED_FLAGS = 4;

type PlanDocument = (document: DocumentNode) => Promise<PlanNode | null>;

/**
 * The door to the native planner. Root introspection and root `__typename` are never planned: execution answers them.
 * Throws ProblemsError for a supergraph that cannot be planned over.
 */
export function createPlanner(supergraph: Supergraph): Planner {
  const native = startNative(supergraph.sdl);
  const { possibleTypes, fieldNames, keysOf } = readSupergraphFacts(supergraph.sdl);
  const planDocument: PlanDocument = async (document) => {
    try {
      const { node } = await native.planAsync(stripIgnoredCharacters(print(document)), undefined, new Set(), 0);
      return node ? readPlan(node, keysOf) : null;
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new GatewayError('INTERNAL_ERROR', 'The operation could not be planned.', { detail, cause });
    }
  };
  return {
    async plan({ document: written }) {
      const { document, responseKeys, variableNames } = renameClashes(written, fieldNames);
      const root = await planFlags(document, { flags: new Map(), undecided: decidedFlags(document) }, planDocument);
      return { root, responseKeys, variableNames, possibleTypes };
    },
  };
}

function startNative(sdl: string): QueryPlanner {
  try {
    return new QueryPlanner(sdl);
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

type Deciding = { readonly flags: Flags; readonly undecided: readonly string[] };

/** A plan for each combination of flags, under condition nodes; conditions that change nothing are left out. */
async function planFlags(
  document: DocumentNode,
  { flags, undecided }: Deciding,
  planDocument: PlanDocument,
): Promise<PlanNode | null> {
  const [variable, ...rest] = undecided;
  if (variable === undefined) return planOperation(cutOperation(document, flags), planDocument);
  const decide = (value: boolean) =>
    planFlags(document, { flags: new Map([...flags, [variable, value]]), undecided: rest }, planDocument);
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
