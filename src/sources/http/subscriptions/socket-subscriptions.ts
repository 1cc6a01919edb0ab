import type { AttemptContext } from '../../../model/call.ts';
import type { RequestContext } from '../../../model/request-context.ts';
import type { SubscriptionEvent } from '../../../model/source.ts';
import { unlessCancelled } from '../../../model/unless-cancelled.ts';
import { protectOpening } from '../../protect-stream.ts';
import { readGraphqlResult } from '../graphql-answer.ts';
import { readEvent } from './read-events.ts';
import { ServiceSocket, type SocketEvent } from './service-socket.ts';
import type {
  ServiceSubscription,
  ServiceSubscriptions,
  ServiceSubscriptionsOptions,
} from './service-subscriptions.ts';

/** Two pings of 12 seconds. */
const IDLE_MS = 24_000;

/** Subscriptions over WebSockets at `url`: those of callers of whom the same is passed on go over one connection. */
export function createSocketSubscriptions({
  service,
  url,
  protect,
  headers,
  idleMs = IDLE_MS,
}: Omit<ServiceSubscriptionsOptions, 'socketUrl' | 'client'>): ServiceSubscriptions {
  const sockets = new Map<string, ServiceSocket>();

  function find(context: RequestContext): ServiceSocket {
    const told = headers(context);
    const key = JSON.stringify(told);
    const known = sockets.get(key);
    if (known !== undefined) return known;
    const onEnd = (): void => void (sockets.get(key) === made && sockets.delete(key));
    const made = new ServiceSocket({ service, url, headers: told, idleMs, onEnd });
    sockets.set(key, made);
    return made;
  }

  async function connect(_: ServiceSubscription, { context, cancellation }: AttemptContext): Promise<ServiceSocket> {
    const socket = find(context);
    await unlessCancelled(socket.opened, cancellation);
    return socket;
  }

  return {
    prepare: (policy) => {
      const open = protectOpening(connect, protect, policy);
      return async function* openSubscription(subscription, context) {
        const { query, operationName, variables, opening } = subscription;
        const socket = await open(subscription, context);
        const messages = socket.subscribe({ query, operationName, variables });
        opening?.onOpened();
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
  const result = kind === 'event' ? payload : { errors: Array.isArray(payload) ? payload : [payload] };
  return readEvent(() => readGraphqlResult(result, service));
}
