import type { Attempt } from '../model/call.ts';

/** Wraps an attempt: may refuse it, wait, send it several times or end it early. Knows nothing of what is sent. */
export type Policy = <Request, Answer>(next: Attempt<Request, Answer>) => Attempt<Request, Answer>;

/** The first policy is the outermost. */
export function applyPolicies<Request, Answer>(
  attempt: Attempt<Request, Answer>,
  policies: readonly Policy[],
): Attempt<Request, Answer> {
  return policies.reduceRight((next, policy) => policy(next), attempt);
}
