import { type RequestContext, scoped } from '../../model/request-context.ts';
import type { ObjectState } from './object-state.ts';
import type { ParentValues } from './parent-values.ts';
import type { Fields } from './read-field.ts';
import type { ToRoots } from './request-roots.ts';
import type { SendCall } from './send-call.ts';
import { follow, SharedCall, type Waiter } from './shared-call.ts';
import { toIdentity } from './value-identity.ts';

/** Makes one call for a parent. null where the parent has no value to ask by. */
export type LoadOne = (args: Fields, state: ObjectState, context: RequestContext, waiter: Waiter) => void;

type SingleSettings = { readonly parent: ParentValues; readonly send: SendCall; readonly toRoots: ToRoots };

/** Makes equal calls of a request once. */
export function createSingleCalls({ parent, send, toRoots }: SingleSettings): LoadOne {
  const key = {};
  const create = () => new Map<string, SharedCall>();
  return (args, state, context, waiter) => {
    const parentId = parent.identify(state);
    if (parentId === null) return waiter.settle(null, undefined);
    const calls = scoped(context, key, create);
    const id = `${toIdentity(args)};${parentId}`;
    let call = calls.get(id);
    if (call === undefined) {
      const sent = send(toRoots(args, parent.read(state), context), context);
      calls.set(id, (call = new SharedCall()));
      follow(sent, call);
    }
    call.wait(waiter);
  };
}

/** Makes every call: a mutation is no repetition of another. */
export function createEachCall({ parent, send, toRoots }: SingleSettings): LoadOne {
  return (args, state, context, waiter) => {
    if (parent.identify(state) === null) waiter.settle(null, undefined);
    else follow(send(toRoots(args, parent.read(state), context), context), waiter);
  };
}
