import type { GatewayError } from '../../../errors/gateway-error.ts';
import { cancelledCall, notSent } from './broker-error.ts';
import type { CallOptions } from './broker.ts';

/** RESILIENCE: brokers have their own bound of calls in flight. */
const MAX_IN_FLIGHT = 10_000;

/** What a call that was handed to the broker rejects with, by what became of it. */
export type SentErrors = {
  readonly timedOut: () => GatewayError;
  readonly cancelled: (reason: unknown) => GatewayError;
  readonly lost: (cause: unknown) => GatewayError;
};

/** One call until it is settled: by an answer, an error, its time or its cancellation, whichever comes first. */
export type Flight<T> = {
  readonly id: string;
  readonly promise: Promise<T>;
  /** Milliseconds left of its time, at least 1. */
  readonly leftMs: () => number;
  readonly isSettled: () => boolean;
  /** From here on the service may have the message. */
  readonly markSent: () => void;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
};

type Entry = {
  readonly id: string;
  readonly topic: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  sent: SentErrors | undefined;
};

/**
 * The calls that wait for something, by correlation id. A settled call leaves no entry, timer or listener behind.
 *
 * They stand in places that are used again: a Map that calls come to and go from would keep them alive, with all that
 * they hold, until the next full collection (docs/performance.md, "What keeps requests alive").
 */
export class InFlight<T> {
  readonly #entries: (Entry | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #prefix: string;
  #count = 0;

  /** Ids are `prefix`, a dot, a number and the call's place: nobody else's reply can bear one by chance. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get size(): number {
    return this.#entries.length - this.#free.length;
  }

  /** Opens a call. Throws UPSTREAM_UNAVAILABLE when too many are in flight, and the canceller's reason when cancelled. */
  open(topic: string, options: CallOptions, sentErrors: SentErrors): Flight<T> {
    const { cancellation, timeoutMs } = options;
    if (cancellation.cancelled) throw cancelledCall(cancellation.reason);
    if (this.size >= MAX_IN_FLIGHT) throw notSent(`More than ${MAX_IN_FLIGHT} calls to the broker are in flight.`);
    const place = this.#free.pop() ?? this.#entries.length;
    const id = `${this.#prefix}.${(this.#count += 1)}-${place}`;
    const expiresAt = performance.now() + timeoutMs;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const settle = (act: () => void) => {
      if (this.#entries[place] !== entry) return;
      this.#entries[place] = undefined;
      this.#free.push(place);
      clearTimeout(timer);
      unhook();
      act();
    };
    const entry: Entry = {
      id,
      topic,
      resolve: (value) => settle(() => resolve(value as T)),
      reject: (error) => settle(() => reject(error)),
      sent: undefined,
    };
    this.#entries[place] = entry;
    const timer = setTimeout(
      () => entry.reject(entry.sent?.timedOut() ?? notSent(`The broker could not be reached within ${timeoutMs} ms.`)),
      timeoutMs,
    );
    const unhook = cancellation.onCancel((reason) =>
      entry.reject(entry.sent?.cancelled(reason) ?? cancelledCall(reason)),
    );
    return {
      id,
      promise,
      leftMs: () => Math.max(1, Math.ceil(expiresAt - performance.now())),
      isSettled: () => this.#entries[place] !== entry,
      markSent: () => {
        entry.sent = sentErrors;
      },
      resolve: entry.resolve,
      reject: entry.reject,
    };
  }

  /** Resolves the call of that id. False if none waits for it: the reply is late, doubled or foreign. */
  resolve(id: string, value: T): boolean {
    const entry = this.#find(id);
    entry?.resolve(value);
    return entry !== undefined;
  }

  reject(id: string, error: unknown): void {
    this.#find(id)?.reject(error);
  }

  /** Rejects every call of a topic that was sent. */
  rejectTopic(topic: string, error: unknown): void {
    for (const entry of this.#entries) if (entry?.topic === topic && entry.sent !== undefined) entry.reject(error);
  }

  /** The link is lost: every call that was sent over it is settled. Calls that still wait for a link go on waiting. */
  lose(cause: unknown): void {
    for (const entry of this.#entries) if (entry?.sent !== undefined) entry.reject(entry.sent.lost(cause));
  }

  /** The broker is closed: every call is settled. */
  close(): void {
    const cause = new Error('The broker was closed.');
    for (const entry of this.#entries) entry?.reject(entry.sent?.lost(cause) ?? notSent(cause.message));
  }

  #find(id: string): Entry | undefined {
    const entry = this.#entries[Number(id.slice(id.lastIndexOf('-') + 1))];
    return entry?.id === id ? entry : undefined;
  }
}
