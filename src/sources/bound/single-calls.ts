import type { ExpressionRoots } from '../../model/expression.ts';
import { scoped } from '../../model/request-context.ts';
import type { SendCall } from './send-call.ts';

/** Makes equal calls of a request once. */
export function createSingleCalls(send: SendCall): SendCall {
  const key = {};
  return (roots, context) => {
    const calls = scoped(context, key, () => new Map<string, Promise<unknown>>());
    const id = toIdentity(roots);
    const known = calls.get(id);
    if (known !== undefined) return known;
    const call = send(roots, context);
    calls.set(id, call);
    return call;
  };
}

/** Claims and headers are the same throughout a request. */
function toIdentity({ args, this: parent }: ExpressionRoots): string {
  return JSON.stringify([args, parent]);
}
