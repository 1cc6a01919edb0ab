import { randomUUID } from 'node:crypto';

/** Gives each request a UUID's worth of text of its own: random for the process, then counted. No secret. */
export function createRequestIds(): () => string {
  const start = randomUUID().slice(0, -12);
  let count = 0;
  return () => start + (count++).toString(16).padStart(12, '0');
}
