import type { CallPolicy, Protect } from '../../../model/call.ts';
import type { RequestContext } from '../../../model/request-context.ts';
import type { SubscriptionEvent, SubscriptionOpening } from '../../../model/source.ts';
import type { HttpClient } from '../http-client.ts';
import { createEventSubscriptions } from './event-subscriptions.ts';
import { createSocketSubscriptions } from './socket-subscriptions.ts';

export type ServiceSubscriptionsOptions = {
  /** The subgraph's name. */
  readonly service: string;
  readonly url: string;
  readonly client: HttpClient;
  /** The WebSocket that subscriptions go over (`ws:`, `wss:`); server-sent events at `url` without. */
  readonly socketUrl: string | undefined;
  /** How long a stream may be silent before it is taken for lost; see traffic.all.subscriptions.idle for the defaults. */
  readonly idleMs?: number | undefined;
  readonly protect: Protect;
  /** What of the caller's request is passed on. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
};

/** What a GraphQL service is asked to stream. `after`: the id of the event to resume behind. */
export type ServiceSubscription = {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly after?: string | undefined;
  readonly opening?: SubscriptionOpening | undefined;
};

export type OpenServiceSubscription = (
  subscription: ServiceSubscription,
  context: RequestContext,
) => AsyncIterable<SubscriptionEvent>;

/** Subscriptions of a GraphQL service. Opening is protected as a query is; the stream lives until one side ends it. */
export type ServiceSubscriptions = {
  readonly prepare: (policy: CallPolicy) => OpenServiceSubscription;
  readonly close: () => void;
};

export function createServiceSubscriptions(options: ServiceSubscriptionsOptions): ServiceSubscriptions {
  const { socketUrl } = options;
  return socketUrl === undefined
    ? createEventSubscriptions(options)
    : createSocketSubscriptions({ ...options, url: socketUrl });
}
