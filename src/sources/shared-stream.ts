import { Cancellation } from '../model/cancellation.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { MAX_WAITING_EVENTS, slowSubscriber } from './slow-subscriber.ts';

export type SharedStreamOptions<T> = {
  readonly open: (cancellation: Cancellation) => AsyncIterable<T>;
  /** An event for several subscribers: called for each of them that takes it. */
  readonly share: (event: T) => () => T;
  /** Called when nobody may join any more. */
  readonly onEnd: () => void;
};

type Take<T> = () => T;

/**
 * One stream for all who subscribe to the same. It is read as fast as the fastest of them; one that falls 256 events behind
 * ends with an error. Opened for the first that asks for an event, left after the last.
 */
export class SharedStream<T> {
  readonly #options: SharedStreamOptions<T>;
  readonly #readers = new Set<BoundedQueue<Take<T>>>();
  readonly #life = new Cancellation();
  #asked = Promise.withResolvers<void>();
  #isRunning = false;

  constructor(options: SharedStreamOptions<T>) {
    this.#options = options;
  }

  get subscribers(): number {
    return this.#readers.size;
  }

  /** The events from now on. */
  join(cancellation: Cancellation): AsyncIterableIterator<T, undefined> {
    let unhook = (): void => {};
    const reader = new BoundedQueue<Take<T>>(MAX_WAITING_EVENTS, () => {
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
        return done === true ? { done, value } : { done: false, value: value() };
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
      for await (const event of this.#options.open(this.#life)) {
        this.#deliver(event);
        await this.#untilAsked();
        if (this.#life.cancelled) break;
      }
      this.#finish((reader) => reader.end());
    } catch (error) {
      this.#finish((reader) => reader.fail(error));
    }
  }

  #deliver(event: T): void {
    const take = this.#readers.size > 1 ? this.#options.share(event) : (): T => event;
    for (const reader of this.#readers) if (!reader.push(take)) reader.abort(slowSubscriber());
  }

  async #untilAsked(): Promise<void> {
    this.#asked = Promise.withResolvers();
    if (![...this.#readers].some(({ isAsked }) => isAsked)) await this.#asked.promise;
  }

  #remove(reader: BoundedQueue<Take<T>>): void {
    if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
    this.#options.onEnd();
    this.#life.cancel(new Error('Nobody is subscribed any more.'));
    this.#asked.resolve();
  }

  #finish(end: (reader: BoundedQueue<Take<T>>) => void): void {
    for (const reader of this.#readers) end(reader);
  }
}
