import type { Caller } from '../model/request-context.ts';
import type { AccessRule } from '../model/supergraph.ts';

/** Whether a caller has what a rule asks for: one of its lists of scopes, whole. Nobody has scopes without a token. */
export function isSatisfied(rule: AccessRule, caller: Caller): boolean {
  if (caller.kind === 'anonymous') return false;
  return rule.scopes === null || rule.scopes.some((all) => all.every((scope) => caller.scopes.has(scope)));
}

/** What a rule asks for, for the client: `needs an authenticated caller`, `needs the scopes "a" and "b", or "c"`. */
export function describeRule({ scopes }: AccessRule): string {
  if (scopes === null || scopes.some((all) => all.length === 0)) return 'needs an authenticated caller';
  const lists = scopes.map((all) => all.map((scope) => `"${scope}"`).join(' and '));
  const noun = scopes.length === 1 && scopes[0]?.length === 1 ? 'scope' : 'scopes';
  return lists.length === 0 ? 'may be seen by nobody' : `needs the ${noun} ${lists.join(', or ')}`;
}
