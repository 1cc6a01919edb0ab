import type { Problem } from '../errors/problem.ts';

/** What a worker tells the primary once it serves, and again when it serves something else. */
export type ServingReport = {
  readonly kind: 'serving' | 'updated';
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
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return message.kind === 'serving' || message.kind === 'updated';
}
