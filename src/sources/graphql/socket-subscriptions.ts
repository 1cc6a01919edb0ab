import type { DocumentNode } from 'graphql';
import type { AttemptContext, CallPolicy, Protect } from '../../model/call.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { OpenSubscription, SourceFetch, SubscriptionEvent } from '../../model/source.ts';
import { unlessCancelled } from '../../model/unless-cancelled.ts';
import { readGraphqlResult } from '../http/graphql-answer.ts';
import { ServiceSocket, type SocketEvent } from './service-socket.ts';

export type SocketSubscriptionsOptions = {
  readonly service: string;
  /** Where the service takes WebSockets: `ws:` or `wss:`. */
  readonly url: string;
  readonly protect: Protect;
  /** What of the caller's request is passed on. Callers of whom the same is passed on share a connection. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
  readonly policyOf: (document: DocumentNode) => CallPolicy;
};

export type SocketSubscriptions = {
  readonly prepare: (fetch: SourceFetch) => OpenSubscription;
  readonly close: () => void;
};

/** A service's subscriptions over WebSockets, many on one connection. Opening is protected as a query is. */
export function createSocketSubscriptions(options: SocketSubscriptionsOptions): SocketSubscriptions {
  const { service, url, protect, headers } = options;
  const sockets = new Map<string, ServiceSocket>();

  function find(context: RequestContext): ServiceSocket {
    const told = headers(context);
    const key = JSON.stringify(told);
    const known = sockets.get(key);
    if (known !== undefined) return known;
    const onEnd = (): void => void (sockets.get(key) === made && sockets.delete(key));
    const made = new ServiceSocket({ service, url, headers: told, onEnd });
    sockets.set(key, made);
    return made;
  }

  async function connect(_: undefined, { context, cancellation }: AttemptContext): Promise<ServiceSocket> {
    const socket = find(context);
    await unlessCancelled(socket.opened, cancellation);
    return socket;
  }

  return {
    prepare: ({ operation, operationName, document }) => {
      const open = protect(connect, { kind: 'query', policy: options.policyOf(document) });
      return async function* openSubscription({ variables }, context) {
        const socket = await open(undefined, context);
        const messages = socket.subscribe({ query: operation, operationName, variables });
        const unhook = context.cancellation.onCancel(() => void messages.return());
        try {
          for await (const message of messages) yield toEvent(message, service);
        } finally {
          unhook();
        }
      };
    },
    close: () => {
      for (const socket of sockets.values()) socket.close();
    },
  };
}

/** A subscription that fails is ended by its errors: one, or a list of them. */
function toEvent({ kind, payload }: SocketEvent, service: string): SubscriptionEvent {
  if (kind === 'event') return readGraphqlResult(payload, service);
  return readGraphqlResult({ errors: Array.isArray(payload) ? payload : [payload] }, service);
}
