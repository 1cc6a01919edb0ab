import { Cancellation } from '../model/cancellation.ts';
import type { SubscriptionEvent } from '../model/source.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { MAX_WAITING_EVENTS, slowSubscriber } from './slow-subscriber.ts';

/** An event as it waits: whole for the one subscriber there is; as text, which each reads for itself, where there are several. */
type Waiting = { readonly event: SubscriptionEvent; readonly text: string | undefined };

/**
 * One stream of a service for all who subscribe to the same. It is read as fast as the fastest of them; one that falls 256
 * events behind ends with an error. Opened for the first that asks for an event, left after the last.
 */
export class SharedStream {
  readonly #open: (cancellation: Cancellation) => AsyncIterable<SubscriptionEvent>;
  readonly #onEnd: () => void;
  readonly #readers = new Set<BoundedQueue<Waiting>>();
  readonly #life = new Cancellation();
  #asked = Promise.withResolvers<void>();
  #isRunning = false;

  /** `onEnd` is called when nobody may join any more. */
  constructor(open: (cancellation: Cancellation) => AsyncIterable<SubscriptionEvent>, onEnd: () => void) {
    this.#open = open;
    this.#onEnd = onEnd;
  }

  /** The events from now on. */
  join(cancellation: Cancellation): AsyncIterableIterator<SubscriptionEvent, undefined> {
    let unhook = (): void => {};
    const reader = new BoundedQueue<Waiting>(MAX_WAITING_EVENTS, () => {
      unhook();
      this.#remove(reader);
    });
    this.#readers.add(reader);
    unhook = cancellation.onCancel(() => void reader.return());
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => {
        const next = reader.next();
        this.#ask();
        const { done, value } = await next;
        return done === true ? { done, value } : { done: false, value: take(value) };
      },
      return: async () => {
        await reader.return();
        return { done: true, value: undefined };
      },
    };
  }

  #ask(): void {
    this.#asked.resolve();
    if (!this.#isRunning && !this.#life.cancelled) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for await (const event of this.#open(this.#life)) {
        this.#deliver(event);
        await this.#untilAsked();
        if (this.#life.cancelled) break;
      }
      this.#finish((reader) => reader.end());
    } catch (error) {
      this.#finish((reader) => reader.fail(error));
    }
  }

  #deliver(event: SubscriptionEvent): void {
    const text = this.#readers.size > 1 && event.data !== null ? JSON.stringify(event.data) : undefined;
    for (const reader of this.#readers) {
      if (!reader.push({ event, text })) reader.abort(slowSubscriber());
    }
  }

  async #untilAsked(): Promise<void> {
    this.#asked = Promise.withResolvers();
    if (![...this.#readers].some(({ isAsked }) => isAsked)) await this.#asked.promise;
  }

  #remove(reader: BoundedQueue<Waiting>): void {
    if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
    this.#onEnd();
    this.#life.cancel(new Error('Nobody is subscribed any more.'));
    this.#asked.resolve();
  }

  #finish(end: (reader: BoundedQueue<Waiting>) => void): void {
    for (const reader of this.#readers) end(reader);
  }
}

/** What is made of an event for one client is merged into its data: each needs its own. */
function take({ event, text }: Waiting): SubscriptionEvent {
  return text === undefined ? event : { ...event, data: JSON.parse(text) as SubscriptionEvent['data'] };
}
