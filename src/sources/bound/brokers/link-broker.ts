import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { StreamEvent } from '../binding-client.ts';
import {
  cancelledCall,
  nobodyListens,
  outcomeUnknown,
  refusedByBroker,
  replyLost,
  replyTimeout,
} from './broker-error.ts';
import type { Broker, BrokerOptions, BrokerStats, CallOptions, PublishOptions, SubscribeOptions } from './broker.ts';
import { Connection } from './connection.ts';
import { InFlight, type SentErrors } from './in-flight.ts';
import type { Link, LinkEvents } from './link.ts';
import type { Reply } from './reply.ts';
import { SharedSubscriptions } from './shared-subscriptions.ts';

const EVENT_ERRORS: SentErrors = {
  timedOut: () => outcomeUnknown('The acknowledgement did not come in time.'),
  cancelled: () => outcomeUnknown('The call was cancelled before the acknowledgement.'),
  lost: (cause) => outcomeUnknown('The connection was lost before the acknowledgement.', cause),
};

function requestErrors(timeoutMs: number): SentErrors {
  return { timedOut: () => replyTimeout(timeoutMs), cancelled: cancelledCall, lost: replyLost };
}

/** A broker over links of one protocol: correlation, time-outs, reconnection and shared subscriptions stand here, once. */
export class LinkBroker implements Broker {
  readonly #openLink: (events: LinkEvents) => Promise<Link>;
  readonly #options: BrokerOptions;
  readonly #requests = new InFlight<Reply>(randomUUID());
  readonly #events = new InFlight<void>(randomUUID());
  readonly #connection: Connection;
  readonly #subscriptions: SharedSubscriptions;
  #dropped = 0;

  /** `openLink` is called for each attempt to connect: it may load the protocol's package. */
  constructor(openLink: (events: LinkEvents) => Promise<Link>, options: BrokerOptions = {}) {
    this.#openLink = openLink;
    this.#options = options;
    this.#connection = new Connection({
      open: (onLost) => this.#open(onLost),
      onConnected: (link) => this.#subscriptions.connect(link),
      onLost: (cause) => this.#lose(cause),
      onChange: (change) => options.onConnection?.(change),
    });
    this.#subscriptions = new SharedSubscriptions(() => this.#connection.link());
  }

  async request(topic: string, payload: unknown, call: CallOptions): Promise<Reply> {
    const json = toJson(payload);
    const flight = this.#requests.open(topic, call, requestErrors(call.timeoutMs));
    const send = async () => {
      const link = await this.#connection.link();
      if (flight.isSettled()) return;
      const ttlMs = flight.leftMs();
      flight.markSent();
      await link.sendRequest({ id: flight.id, topic, payload: json, expiresAt: Date.now() + ttlMs, ttlMs });
    };
    send().catch((error: unknown) => flight.reject(error instanceof GatewayError ? error : replyLost(error)));
    return flight.promise;
  }

  async publish(topic: string, payload: unknown, call: PublishOptions): Promise<void> {
    const json = toJson(payload);
    const flight = this.#events.open(topic, call, EVENT_ERRORS);
    const send = async () => {
      const link = await this.#connection.link();
      if (flight.isSettled()) return;
      flight.markSent();
      call.onSent?.();
      await link.sendEvent({ topic, payload: json, key: call.key, ttlMs: flight.leftMs() });
    };
    send().then(
      () => flight.resolve(),
      (error: unknown) => flight.reject(error instanceof GatewayError ? error : EVENT_ERRORS.lost(error)),
    );
    return flight.promise;
  }

  subscribe(topic: string, { cancellation, after }: SubscribeOptions): AsyncIterable<StreamEvent> {
    return after === undefined
      ? this.#subscriptions.subscribe(topic, cancellation)
      : this.#subscriptions.catchUp(topic, after, cancellation);
  }

  stats(): BrokerStats {
    const inFlight = this.#requests.size + this.#events.size;
    return { inFlight, subscriptions: this.#subscriptions.size, dropped: this.#dropped };
  }

  async close(): Promise<void> {
    this.#requests.close();
    this.#events.close();
    await this.#subscriptions.close();
    await this.#connection.close();
  }

  async #open(onLost: (cause: unknown) => void): Promise<Link> {
    const events: LinkEvents = {
      onReply: (id, reply) => {
        if (!this.#requests.resolve(id, reply)) this.#drop();
      },
      onUnreadableReply: () => this.#drop(),
      onNobody: (id) => this.#requests.reject(id, nobodyListens()),
      onRefused: (topic, cause) => {
        const error = refusedByBroker('The broker takes no messages on the topic.', cause);
        this.#requests.rejectTopic(topic, error);
        this.#events.rejectTopic(topic, error);
      },
      onLost,
    };
    return this.#openLink(events);
  }

  #lose(cause: unknown): void {
    this.#subscriptions.disconnect();
    this.#requests.lose(cause);
    this.#events.lose(cause);
  }

  #drop(): void {
    this.#dropped += 1;
    this.#options.onDropped?.();
  }
}

function toJson(payload: unknown): string {
  return JSON.stringify(payload ?? null);
}
