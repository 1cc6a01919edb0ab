import type { AuthorizedOperation } from '../model/authorization.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { Caller } from '../model/request-context.ts';
import type { AccessRule, Supergraph } from '../model/supergraph.ts';
import { isSatisfied } from './access-rule.ts';
import { cutOperation } from './cut-operation.ts';
import { fieldAccess } from './field-access.ts';

/** Who may see what in a graph: a supergraph is one. */
export type AccessGraph = Pick<Supergraph, 'apiSchema' | 'accessRules'>;

/**
 * Cuts what the caller may not see out of an operation, before it is planned. `allowed` is the operation itself where
 * nothing is cut. The result depends on the caller by `authorizationKey` alone.
 */
export function authorize(operation: CheckedOperation, graph: AccessGraph, caller: Caller): AuthorizedOperation {
  if (graph.accessRules.size === 0) return { allowed: operation, denied: new Map() };
  return cutOperation(operation, { schema: graph.apiSchema, access: fieldAccess(graph, caller) });
}

/** Which of the graph's rules the caller fulfils, as a short text: callers of one key may see the same. */
export function authorizationKey(graph: AccessGraph, caller: Caller): string {
  let key = '';
  for (const rule of distinctRules(graph.accessRules)) key += isSatisfied(rule, caller) ? '1' : '0';
  return key;
}

// Hundreds of fields share a few rules. Kept by the graph's own map, which never changes.
const rulesByGraph = new WeakMap<Supergraph['accessRules'], readonly AccessRule[]>();

function distinctRules(accessRules: Supergraph['accessRules']): readonly AccessRule[] {
  const known = rulesByGraph.get(accessRules);
  if (known !== undefined) return known;
  const rules = [...new Map([...accessRules.values()].map((rule) => [JSON.stringify(rule.scopes), rule])).values()];
  rulesByGraph.set(accessRules, rules);
  return rules;
}
