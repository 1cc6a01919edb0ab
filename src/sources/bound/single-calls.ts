import { type RequestContext, scoped } from '../../model/request-context.ts';
import type { ObjectState } from './object-state.ts';
import type { ParentValues } from './parent-values.ts';
import type { Fields } from './read-field.ts';
import type { ToRoots } from './request-roots.ts';
import type { SendCall } from './send-call.ts';
import { follow, type Settle, SharedCall } from './shared-call.ts';
import { toIdentity } from './value-identity.ts';

/** Makes one call for a parent. null where the parent has no value to ask by. */
export type LoadOne = (args: Fields, state: ObjectState, context: RequestContext, settle: Settle) => void;

type SingleSettings = { readonly parent: ParentValues; readonly send: SendCall; readonly toRoots: ToRoots };

/** Makes equal calls of a request once. */
export function createSingleCalls({ parent, send, toRoots }: SingleSettings): LoadOne {
  const key = {};
  const create = () => new Map<string, SharedCall>();
  return (args, state, context, settle) => {
    const parentId = parent.identify(state);
    if (parentId === null) return settle(null, undefined);
    const calls = scoped(context, key, create);
    const id = `${toIdentity(args)};${parentId}`;
    let call = calls.get(id);
    if (call === undefined) {
      const sent = send(toRoots(args, parent.read(state), context), context);
      calls.set(id, (call = new SharedCall()));
      call.follow(sent);
    }
    call.wait(settle);
  };
}

/** Makes every call: a mutation is no repetition of another. */
export function createEachCall({ parent, send, toRoots }: SingleSettings): LoadOne {
  return (args, state, context, settle) => {
    if (parent.identify(state) === null) settle(null, undefined);
    else follow(send(toRoots(args, parent.read(state), context), context), settle);
  };
}
