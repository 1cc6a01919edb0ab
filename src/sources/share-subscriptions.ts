import type { RequestContext } from '../model/request-context.ts';
import type { OpenSubscription, Source } from '../model/source.ts';
import { SharedStream } from './shared-stream.ts';

/** All of a request that reaches the service, as text. */
export type IdentityOf = (context: RequestContext) => string;

/**
 * A source whose subscriptions are opened once for all clients that ask the same of it, in the same words, and of whom the
 * service is told the same. Who joins later is given the events from then on.
 */
export function shareSubscriptions(source: Source, identityOf: IdentityOf): Source {
  const streams = new Map<string, SharedStream>();

  function find(key: string, open: OpenSubscription, [call, context]: Parameters<OpenSubscription>): SharedStream {
    const known = streams.get(key);
    if (known !== undefined) return known;
    const stream = new SharedStream(
      (cancellation) => open(call, { ...context, cancellation, scope: new Map() }),
      () => void (streams.get(key) === stream && streams.delete(key)),
    );
    streams.set(key, stream);
    return stream;
  }

  return {
    ...source,
    prepareSubscription: (fetch) => {
      const open = source.prepareSubscription(fetch);
      return (call, context) => {
        if (call.after !== undefined) return open(call, context); // its events are its own, until it is over
        const key = JSON.stringify([fetch.operation, fetch.operationName, call.variables, identityOf(context)]);
        return find(key, open, [call, context]).join(context.cancellation);
      };
    },
  };
}
