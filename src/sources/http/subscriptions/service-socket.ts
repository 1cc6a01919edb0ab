import { WebSocket } from 'ws';
import type { GatewayError } from '../../../errors/gateway-error.ts';
import { BoundedQueue } from '../../bounded-queue.ts';
import { toServiceFailure } from '../../service-failure.ts';
import { MAX_WAITING_EVENTS, slowSubscriber } from '../../slow-subscriber.ts';
import { unusableAnswer } from '../../unusable-answer.ts';
import { brokenOff } from '../broken-off.ts';
import { toBrokenFrame, toClosedFailure, toOpeningFailure, toUpgradeRefusal } from './socket-failure.ts';
import {
  parseServiceMessage,
  type ServiceMessage,
  SOCKET_PROTOCOLS,
  type SocketWords,
  wordsOf,
} from './socket-message.ts';

export type ServiceSocketOptions = {
  readonly service: string;
  readonly url: string;
  /** Who is calling: sent with the upgrade request, and in the payload of `connection_init`. */
  readonly headers: Readonly<Record<string, string>>;
  /** A connection on which nothing has come for so long, though it was pinged, is lost. */
  readonly idleMs: number;
  /** Called once, when nothing more can be subscribed to here. */
  readonly onEnd: () => void;
};

/** One message of a subscription: a result, or the errors that end it. */
export type SocketEvent = { readonly kind: 'event' | 'failed'; readonly payload: unknown };

type Subscription = BoundedQueue<SocketEvent>;

const MAX_MESSAGE_BYTES = 10_000_000;
const OPENING_MS = 10_000;
/** How long a connection is kept that nobody has a subscription on. */
const IDLE_MS = 10_000;
const CLOSING_MS = 1000;

/** One connection to a service, with all the subscriptions of one caller. */
export class ServiceSocket {
  readonly #socket: WebSocket;
  readonly #options: ServiceSocketOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #opened = Promise.withResolvers<void>();
  #words: SocketWords | undefined;
  #timer: NodeJS.Timeout;
  #ping: NodeJS.Timeout | undefined;
  #isHeard = true;
  #isOver = false;
  #lastId = 0;

  constructor(options: ServiceSocketOptions) {
    const { url, headers, service } = options;
    this.#options = options;
    this.#opened.promise.catch(() => {}); // whoever waits for it is told
    this.#socket = new WebSocket(url, [...SOCKET_PROTOCOLS], {
      headers: { 'user-agent': 'selvedge', ...headers },
      handshakeTimeout: OPENING_MS,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
    });
    this.#timer = setTimeout(() => this.#fail(brokenOff(service, { detail: 'It did not begin in time.' })), OPENING_MS);
    this.#socket.on('open', () => this.#begin());
    this.#socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    this.#socket.on('pong', () => (this.#isHeard = true));
    this.#socket.on('unexpected-response', (_, response) => this.#fail(toUpgradeRefusal(response, service)));
    this.#socket.on('error', (error) =>
      this.#fail(this.#words === undefined ? toOpeningFailure(error, service) : toBrokenFrame(error, service)),
    );
    this.#socket.on('close', (code, reason) => this.#fail(toClosedFailure(code, reason.toString(), service)));
  }

  /** Resolves when the service has acknowledged the connection. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Its messages until the service, or the reader, ends it. */
  subscribe(payload: object): Subscription {
    const id = String((this.#lastId += 1));
    const subscription: Subscription = new BoundedQueue(MAX_WAITING_EVENTS, () => this.#leave(id));
    if (this.#isOver) {
      subscription.fail(brokenOff(this.#options.service, { detail: 'The connection was lost.' }));
      return subscription;
    }
    this.#subscriptions.set(id, subscription);
    clearTimeout(this.#timer);
    this.#send({ id, type: this.#words?.start, payload });
    return subscription;
  }

  close(): void {
    if (!this.#isOver) this.#fail(brokenOff(this.#options.service, { detail: 'The gateway closes.' }));
  }

  #begin(): void {
    this.#words = wordsOf(this.#socket.protocol);
    const { headers, idleMs } = this.#options;
    this.#send({ type: 'connection_init', ...(Object.keys(headers).length === 0 ? {} : { payload: headers }) });
    this.#ping = setInterval(() => this.#checkLife(), idleMs / 2).unref();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const { service } = this.#options;
    this.#isHeard = true;
    try {
      if (isBinary) throw unusableAnswer('A message is no text.', { service });
      this.#take(parseServiceMessage(data.toString(), service));
    } catch (error) {
      this.#fail(error as GatewayError);
    }
  }

  #take(message: ServiceMessage): void {
    switch (message.kind) {
      case 'acknowledged':
        this.#idle();
        return this.#opened.resolve();
      case 'asked':
        return this.#send({ type: 'pong' });
      case 'nothing':
        return;
      case 'refused':
        return this.#fail(
          toServiceFailure('FORBIDDEN', JSON.stringify(message.payload ?? null), { service: this.#options.service }),
        );
      case 'event':
        return this.#deliver(message.id, message);
      case 'failed':
        this.#deliver(message.id, message);
        return this.#end(message.id);
      case 'over':
        return this.#end(message.id);
    }
  }

  /** Of a subscription that has been left meanwhile, what is still coming is dropped. */
  #deliver(id: string, event: SocketEvent): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription?.push(event) === false) subscription.abort(slowSubscriber());
  }

  /** The service has ended it: it needs not be told. */
  #end(id: string): void {
    const subscription = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    subscription?.end();
    this.#idle();
  }

  #leave(id: string): void {
    if (!this.#subscriptions.delete(id)) return;
    this.#send({ id, type: this.#words?.stop });
    this.#idle();
  }

  #idle(): void {
    clearTimeout(this.#timer);
    if (this.#subscriptions.size === 0 && !this.#isOver) this.#timer = setTimeout(() => this.close(), IDLE_MS).unref();
  }

  #checkLife(): void {
    if (!this.#isHeard) return this.#fail(brokenOff(this.#options.service, { detail: 'It does not answer pings.' }));
    this.#isHeard = false;
    this.#socket.ping();
  }

  #send(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #fail(error: GatewayError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    clearInterval(this.#ping);
    this.#options.onEnd();
    this.#opened.reject(error);
    const subscriptions = [...this.#subscriptions.values()];
    this.#subscriptions.clear();
    for (const subscription of subscriptions) subscription.fail(error);
    this.#socket.close();
    setTimeout(() => this.#socket.terminate(), CLOSING_MS).unref();
  }
}
