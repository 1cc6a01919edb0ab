import { GatewayError } from '../../../errors/gateway-error.ts';
import type { AttemptContext, CallPolicy } from '../../../model/call.ts';
import type { RequestContext } from '../../../model/request-context.ts';
import type { HttpStream } from '../http-message.ts';
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
  const { client, service, protect } = options;
  const toRequest = compileRequest(options);

  async function open(
    subscription: ServiceSubscription,
    { context, cancellation }: AttemptContext,
  ): Promise<HttpStream> {
    const life = context.cancellation.child();
    const unhook = cancellation.onCancel((reason) => life.cancel(reason));
    try {
      return await client.open(toRequest(subscription, context), life);
    } catch (error) {
      life.release();
      throw error;
    } finally {
      unhook();
    }
  }

  function prepare(policy: CallPolicy): OpenServiceSubscription {
    const send = protect(open, { kind: 'query', policy });
    return async function* openSubscription(subscription, context) {
      try {
        yield* readEvents(await send(subscription, context), service);
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
  return ({ after, ...body }: ServiceSubscription, context: RequestContext) =>
    ({
      method: 'POST',
      path,
      headers: { ...headers(context), ...own, ...resuming(after) },
      body: JSON.stringify(body),
      isRepeatable: true,
    }) as const;
}

/** Behind an earlier event, as EventSource does (HTML, 9.2.4). */
function resuming(after: string | undefined): Readonly<Record<string, string>> {
  if (after === undefined) return {};
  if (!isEventId(after)) throw new GatewayError('BAD_USER_INPUT', 'The event to resume behind has no id of this kind.');
  return { 'last-event-id': after };
}
