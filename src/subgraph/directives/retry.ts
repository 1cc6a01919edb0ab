import type { RetryPolicy } from '../../model/call.ts';
import type { DirectiveDeclaration } from './declaration.ts';

export const retryDirective: DirectiveDeclaration = {
  name: 'retry',
  sdl: /* GraphQL */ `
    """
    Further attempts after a failure that a retry may mend. Queries only. The nearest counts, setting by setting: the field's,
    the type's, the schema's.
    """
    directive @retry(
      """
      How many further attempts, at most 10. 0 switches retries off.
      """
      attempts: Int!
      """
      The wait before the first further attempt, doubling from there, jittered.
      """
      backoffMs: Int
      """
      The longest wait.
      """
      maxBackoffMs: Int
      """
      Which failures are retried; all that a retry may mend when absent.
      """
      on: [selvedge__RetryCause!]
    ) on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
  `,
};

export type RetryArguments = RetryPolicy;

/** What is wrong with its values; undefined if nothing is. */
export function faultOfRetry({ attempts, backoffMs, maxBackoffMs }: RetryArguments): string | undefined {
  if (attempts < 0 || attempts > 10) return `attempts is ${attempts}: it is between 0 and 10`;
  if ((backoffMs ?? 0) < 0 || (maxBackoffMs ?? 0) < 0) return 'a wait cannot be negative';
  if (backoffMs !== undefined && maxBackoffMs !== undefined && backoffMs > maxBackoffMs) {
    return `backoffMs (${backoffMs}) is more than maxBackoffMs (${maxBackoffMs})`;
  }
  return undefined;
}
