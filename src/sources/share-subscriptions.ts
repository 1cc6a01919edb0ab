import type { RequestContext } from '../model/request-context.ts';
import type { OpenSubscription, Source, SubscriptionEvent } from '../model/source.ts';
import { SharedStream } from './shared-stream.ts';

/** All of a request that reaches the service, as text. */
export type IdentityOf = (context: RequestContext) => string;

/**
 * A source whose subscriptions are opened once for all clients that ask the same of it, in the same words, and of whom the
 * service is told the same. Who joins later is given the events from then on.
 */
export function shareSubscriptions(source: Source, identityOf: IdentityOf): Source {
  const streams = new Map<string, SharedStream<SubscriptionEvent>>();

  function find(key: string, open: OpenSubscription, [call, context]: Parameters<OpenSubscription>) {
    const known = streams.get(key);
    if (known !== undefined) return known;
    const stream = new SharedStream({
      open: (cancellation) => open(call, { ...context, cancellation, scope: new Map() }),
      share: toCopies,
      onEnd: () => void (streams.get(key) === stream && streams.delete(key)),
    });
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

/** What is made of an event for one client is merged into its data: each needs its own. */
function toCopies(event: SubscriptionEvent): () => SubscriptionEvent {
  if (event.data === null) return () => event;
  const text = JSON.stringify(event.data);
  return () => ({ ...event, data: JSON.parse(text) as SubscriptionEvent['data'] });
}
