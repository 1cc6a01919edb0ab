import type { Problem } from '../errors/problem.ts';

/** What a worker tells the primary once it serves. */
export type ServingReport = {
  readonly kind: 'serving';
  readonly url: string;
  readonly port: number;
  /** In a few words. */
  readonly graph: string;
  readonly hints: readonly Problem[];
  /** The same in workers that serve the same graph. */
  readonly fingerprint: string;
};

/** What the primary tells a worker: end in order. */
export const STOP = 'stop';

/** Set in the environment of workers: one of somebody else's cluster is none of ours. */
export const WORKER_VARIABLE = 'SELVEDGE_WORKER';

/** Whether a message is a report: whatever a user's module sends to the primary comes the same way. */
export function isServingReport(message: unknown): message is ServingReport {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'serving';
}
