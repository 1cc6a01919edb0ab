import type { ExpressionRoots } from '../../model/expression.ts';
import { scoped } from '../../model/request-context.ts';
import { Limiter } from './limiter.ts';
import type { SendCall } from './send-call.ts';

/** Of one binding, for one client request. */
const MAX_AT_ONCE = 32;

/** Makes equal calls of a request once, and no more than 32 of one binding at a time. */
export function createSingleCalls(send: SendCall): SendCall {
  const key = {};
  return (roots, context) => {
    const state = scoped(context, key, () => ({
      calls: new Map<string, Promise<unknown>>(),
      limiter: new Limiter(MAX_AT_ONCE),
    }));
    const id = toIdentity(roots);
    const known = state.calls.get(id);
    if (known !== undefined) return known;
    const call = state.limiter.run(() => send(roots, context));
    state.calls.set(id, call);
    return call;
  };
}

/** Claims and headers are the same throughout a request. */
function toIdentity({ args, this: parent }: ExpressionRoots): string {
  return JSON.stringify([args, parent]);
}
