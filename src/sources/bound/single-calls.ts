import { type RequestContext, scoped } from '../../model/request-context.ts';
import type { ObjectState } from './object-state.ts';
import type { ParentValues } from './parent-values.ts';
import type { Fields } from './read-field.ts';
import type { ToRoots } from './request-roots.ts';
import type { SendCall } from './send-call.ts';
import { follow, SharedCall, type Waiter } from './shared-call.ts';
import { toIdentity } from './value-identity.ts';

/** What makes the calls of a request that have the same arguments. */
export type OpenCalls = (args: Fields, context: RequestContext) => LoadOne;

/** Makes one call for a parent. null where the parent has no value to ask by. */
export type LoadOne = (state: ObjectState, waiter: Waiter) => void;

type SingleSettings = { readonly parent: ParentValues; readonly send: SendCall; readonly toRoots: ToRoots };

/** Makes equal calls of a request once. */
export function createSingleCalls({ parent, send, toRoots }: SingleSettings): OpenCalls {
  const key = {};
  const create = () => new Map<string, Map<unknown, SharedCall>>();
  return (args, context) => {
    const calls = callsWith(toIdentity(args), scoped(context, key, create));
    return (state, waiter) => {
      const parentId = parent.identify(state);
      if (parentId === null) return waiter.settle(null, undefined);
      let call = calls.get(parentId);
      if (call === undefined) {
        const sent = send(toRoots(args, parent.read(state), context), context);
        calls.set(parentId, (call = new SharedCall()));
        follow(sent, call);
      }
      call.wait(waiter);
    };
  };
}

function callsWith(id: string, all: Map<string, Map<unknown, SharedCall>>): Map<unknown, SharedCall> {
  const known = all.get(id);
  if (known !== undefined) return known;
  const calls = new Map<unknown, SharedCall>();
  all.set(id, calls);
  return calls;
}

/** Makes every call: a mutation is no repetition of another. */
export function createEachCall({ parent, send, toRoots }: SingleSettings): OpenCalls {
  return (args, context) => (state, waiter) => {
    if (parent.identify(state) === null) waiter.settle(null, undefined);
    else follow(send(toRoots(args, parent.read(state), context), context), waiter);
  };
}
