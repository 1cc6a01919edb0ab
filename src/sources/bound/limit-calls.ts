import { scoped } from '../../model/request-context.ts';
import { Limiter } from './limiter.ts';
import type { SendCall } from './send-call.ts';

/** Of one binding, for one client request. */
const MAX_AT_ONCE = 32;

/** Sends no more than 32 calls of one binding at a time for a request; the others wait. */
export function limitCalls(send: SendCall): SendCall {
  const key = {};
  return (roots, context) => scoped(context, key, () => new Limiter(MAX_AT_ONCE)).run(() => send(roots, context));
}
