import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { OperationTypeNode, print, stripIgnoredCharacters, type DocumentNode } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { PlanNode, QueryPlan } from '../model/plan.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { toPlannableOperation } from './plannable-operation.ts';
import { readPlan } from './read-plan.ts';
import { readSupergraphFacts } from './read-supergraph-facts.ts';
import { splitMutation } from './split-mutation.ts';

/** Turns operations over one supergraph into query plans. */
export type Planner = {
  /** Rejects with GatewayError INTERNAL_ERROR where the native planner fails. */
  readonly plan: (operation: CheckedOperation) => Promise<QueryPlan>;
};

type PlanDocument = (document: DocumentNode) => Promise<PlanNode | null>;

/** The door to the native planner. Root introspection and root `__typename` are never planned: execution answers them. */
export function createPlanner(supergraph: Supergraph): Planner {
  const native = new QueryPlanner(supergraph.sdl);
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
    async plan(checked) {
      const { document, responseKeys, variableNames } = toPlannableOperation(checked, fieldNames);
      const root = document && (await planOperation(checked.operation.operation, document, planDocument));
      return { root, responseKeys, variableNames, possibleTypes };
    },
  };
}

async function planOperation(
  kind: OperationTypeNode,
  document: DocumentNode,
  planDocument: PlanDocument,
): Promise<PlanNode | null> {
  const whole = await planDocument(document);
  if (kind !== OperationTypeNode.MUTATION || isStrictlySerial(whole)) return whole;
  const parts = await Promise.all(splitMutation(document).map(planDocument));
  return { kind: 'sequence', nodes: parts.filter((part) => part !== null) };
}

/** The native planner runs a mutation's later root fields beside the further fetches of earlier ones; that is not serial. */
function isStrictlySerial(plan: PlanNode | null): boolean {
  const nodes = plan?.kind === 'sequence' ? plan.nodes : [plan];
  return nodes.every(
    (node) => node === null || (node.kind === 'fetch' && node.operationKind === OperationTypeNode.MUTATION),
  );
}
