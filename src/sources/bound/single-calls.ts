import { type RequestContext, scoped } from '../../model/request-context.ts';
import type { Fields } from './read-field.ts';
import type { ToRoots } from './request-roots.ts';
import type { SendCall } from './send-call.ts';
import { follow, type Settle, SharedCall } from './shared-call.ts';

/** Makes one call for a parent's values. */
export type LoadOne = (args: Fields, parent: Fields, context: RequestContext, settle: Settle) => void;

/** Makes equal calls of a request once. */
export function createSingleCalls(send: SendCall, toRoots: ToRoots): LoadOne {
  const key = {};
  const create = () => new Map<string, SharedCall>();
  return (args, parent, context, settle) => {
    const calls = scoped(context, key, create);
    const id = toIdentity(args) + toIdentity(parent);
    let call = calls.get(id);
    if (call === undefined) {
      const sent = send(toRoots(args, parent, context), context);
      calls.set(id, (call = new SharedCall()));
      call.follow(sent);
    }
    call.wait(settle);
  };
}

/** Makes every call: a mutation is no repetition of another. */
export function createEachCall(send: SendCall, toRoots: ToRoots): LoadOne {
  return (args, parent, context, settle) => follow(send(toRoots(args, parent, context), context), settle);
}

/** A text that equal values have, and no others: names and texts stand with their lengths. */
export function toIdentity(values: Fields): string {
  let text = '';
  for (const name in values) text += `${name.length}:${name}${toText(values[name])}`;
  return `${text};`;
}

function toText(value: unknown): string {
  if (typeof value === 'string') return `"${value.length}:${value}`;
  return typeof value === 'number' ? `#${value},` : `${JSON.stringify(value) ?? '-'},`;
}
