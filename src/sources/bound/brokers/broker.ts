import type { Cancellation } from '../../../model/cancellation.ts';
import type { StreamEvent } from '../binding-client.ts';
import type { TlsFiles } from '../tls-files.ts';
import type { Reply } from './reply.ts';

/** How long a call may take, waiting for the connection included, and what ends it sooner. */
export type CallOptions = { readonly timeoutMs: number; readonly cancellation: Cancellation };

/**
 * `key` travels as a header where the broker has headers: consumers part and order events by it. `onSent` is told when
 * the event is handed to the connection: before, it is certain that it was not sent.
 */
export type PublishOptions = CallOptions & {
  readonly key?: string | undefined;
  readonly onSent?: (() => void) | undefined;
};

/** `after` is the cursor of an earlier event of the topic, where the broker gives cursors. */
export type SubscribeOptions = { readonly cancellation: Cancellation; readonly after?: string | undefined };

/** What a broker holds at this moment: `subscriptions` those it has confirmed. `dropped` counts replies since its creation that nobody waited for. */
export type BrokerStats = {
  readonly inFlight: number;
  readonly subscriptions: number;
  readonly dropped: number;
};

/**
 * One message broker, whatever its protocol. Topics are written with dots (`orders.ship`); payloads are values that
 * become JSON. It connects on first use and connects again by itself; every rejection is a GatewayError.
 */
export type Broker = {
  /** Sends a request and waits for its one reply. */
  readonly request: (topic: string, payload: unknown, options: CallOptions) => Promise<Reply>;
  /** Sends an event. Resolves when the broker has acknowledged it. */
  readonly publish: (topic: string, payload: unknown, options: PublishOptions) => Promise<void>;
  /**
   * Each message of a topic (`*` one segment, `>` the rest), parsed; and one event that says so where messages may have
   * been missed. Ends when cancelled; rejects when the subscription can't be had, or its reader is too slow.
   */
  readonly subscribe: (topic: string, options: SubscribeOptions) => AsyncIterable<StreamEvent>;
  readonly stats: () => BrokerStats;
  /** Ends the connection. Calls in flight are rejected, subscriptions end. */
  readonly close: () => Promise<void>;
};

export type BrokerOptions = {
  /** For URLs that say that TLS is spoken. */
  readonly tls?: TlsFiles | undefined;
  /** Told of each reply that came late, twice or for somebody else. */
  readonly onDropped?: (() => void) | undefined;
  /** Told when the connection is made, and when it could not be made or is lost. */
  readonly onConnection?: ((change: ConnectionChange) => void) | undefined;
};

export type ConnectionChange = { readonly kind: 'connected' } | { readonly kind: 'lost'; readonly cause: unknown };
