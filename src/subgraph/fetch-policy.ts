import { type DocumentNode, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { CallPolicy, RetryPolicy } from '../model/call.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';

// Not calls of their own: what counts is what is selected below or beside them.
const machinery: ReadonlySet<string> = new Set(['_entities', '_service', '__typename']);

/**
 * The policy of one fetch: the strictest of all the fields it selects, in fragments and below `_entities` too. The
 * shortest time-out, the fewest attempts, the longest wait before them, and only failures that all of them retry.
 */
export function readFetchPolicy(subgraph: SubgraphSchema, document: DocumentNode): CallPolicy {
  const typeInfo = new TypeInfo(subgraph.schema);
  let policy: CallPolicy = {};
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: (node) => {
        const parent = typeInfo.getParentType();
        if (parent && !machinery.has(node.name.value))
          policy = stricter(policy, subgraph.policyOf(`${parent.name}.${node.name.value}`));
      },
    }),
  );
  return policy;
}

/** What holds for a call that both policies are for. */
export function stricter(left: CallPolicy, right: CallPolicy): CallPolicy {
  const timeoutMs = least(left.timeoutMs, right.timeoutMs);
  const retry = stricterRetry(left.retry, right.retry);
  return { ...(timeoutMs !== undefined && { timeoutMs }), ...(retry && { retry }) };
}

function stricterRetry(left: RetryPolicy | undefined, right: RetryPolicy | undefined): RetryPolicy | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const backoffMs = most(left.backoffMs, right.backoffMs);
  const maxBackoffMs = most(left.maxBackoffMs, right.maxBackoffMs);
  const on = left.on === undefined ? right.on : left.on.filter((cause) => right.on?.includes(cause) ?? true);
  return {
    attempts: Math.min(left.attempts, right.attempts),
    ...(backoffMs !== undefined && { backoffMs }),
    ...(maxBackoffMs !== undefined && { maxBackoffMs }),
    ...(on && { on }),
  };
}

function least(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.min(left, right);
}

function most(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.max(left, right);
}
