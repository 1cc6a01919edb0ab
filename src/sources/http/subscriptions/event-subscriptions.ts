import { GatewayError } from '../../../errors/gateway-error.ts';
import type { CallPolicy } from '../../../model/call.ts';
import type { RequestContext } from '../../../model/request-context.ts';
import { protectStream, type StreamAttempt } from '../../protect-stream.ts';
import { isEventId, readEvents } from './read-events.ts';
import type {
  OpenServiceSubscription,
  ServiceSubscription,
  ServiceSubscriptions,
  ServiceSubscriptionsOptions,
} from './service-subscriptions.ts';

/** Subscriptions as server-sent events, each by a POST of its own. */
export function createEventSubscriptions(
  options: Omit<ServiceSubscriptionsOptions, 'socketUrl'>,
): ServiceSubscriptions {
  const { client, service, protect, idleMs } = options;
  const toRequest = compileRequest(options);

  async function* open(subscription: ServiceSubscription, { context, onOpened }: StreamAttempt) {
    const { opening } = subscription;
    const stream = await client.open(toRequest(subscription, context), { cancellation: context.cancellation, idleMs });
    if (stream.status === 204 && opening?.isAgain === true) return; // there is no more (HTML, 9.2.3)
    yield* readEvents(stream, service, () => {
      onOpened();
      opening?.onOpened();
    });
  }

  function prepare(policy: CallPolicy): OpenServiceSubscription {
    const openProtected = protectStream(open, protect, policy);
    return async function* openSubscription(subscription, context) {
      try {
        yield* await openProtected(subscription, context);
      } catch (error) {
        if (!context.cancellation.cancelled) throw error;
      }
    };
  }

  return { prepare, close: () => {} };
}

function compileRequest({ url, headers }: Pick<ServiceSubscriptionsOptions, 'url' | 'headers'>) {
  const { pathname, search } = new URL(url);
  const path = pathname + search;
  const own = { 'content-type': 'application/json', accept: 'text/event-stream' };
  return ({ after, query, operationName, variables }: ServiceSubscription, context: RequestContext) =>
    ({
      method: 'POST',
      path,
      headers: { ...headers(context), ...own, ...resuming(after) },
      body: JSON.stringify({ query, operationName, variables }),
      isRepeatable: true,
    }) as const;
}

/** Behind an earlier event, as EventSource does (HTML, 9.2.4). */
function resuming(after: string | undefined): Readonly<Record<string, string>> {
  if (after === undefined) return {};
  if (!isEventId(after)) throw new GatewayError('BAD_USER_INPUT', 'The event to resume behind has no id of this kind.');
  return { 'last-event-id': after };
}
