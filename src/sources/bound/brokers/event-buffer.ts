import { BoundedQueue } from '../../bounded-queue.ts';
import { MAX_WAITING_EVENTS, slowSubscriber } from '../../slow-subscriber.ts';
import type { StreamEvent } from '../binding-client.ts';

/**
 * The stream of one subscriber: pushed to by the broker, read by one reader. Reading past the end gives done.
 * `onEnd` is called once, however it ends: by its reader, by `end`, by `fail` or by overflow.
 */
export class EventBuffer implements AsyncIterableIterator<StreamEvent, undefined> {
  readonly #events: BoundedQueue<StreamEvent>;
  readonly #subscribed = Promise.withResolvers<void>();
  #overflowed = false;

  constructor(onEnd: () => void) {
    this.#events = new BoundedQueue(MAX_WAITING_EVENTS, () => {
      this.#subscribed.resolve();
      onEnd();
    });
  }

  get isEnded(): boolean {
    return this.#events.isEnded;
  }

  /** It has ended because its reader was too slow. */
  get isOverflowed(): boolean {
    return this.#overflowed;
  }

  /** Resolves when what comes from now on is pushed here, or when the stream has ended. */
  get subscribed(): Promise<void> {
    return this.#subscribed.promise;
  }

  markSubscribed(): void {
    this.#subscribed.resolve();
  }

  push(event: StreamEvent): void {
    if (this.#events.push(event)) return;
    this.#overflowed = true;
    this.#events.abort(slowSubscriber());
  }

  /** No more events; those that wait are still read. */
  end(): void {
    this.#events.end();
  }

  /** Ends with an error, given to the reader once, after the events that wait. */
  fail(error: unknown): void {
    this.#events.fail(error);
  }

  next(): Promise<IteratorResult<StreamEvent, undefined>> {
    return this.#events.next();
  }

  return(): Promise<IteratorResult<StreamEvent, undefined>> {
    return this.#events.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
