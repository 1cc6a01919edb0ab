import type { StreamEvent } from '../binding-client.ts';
import { slowSubscriber } from './broker-error.ts';

/** Events that may wait for one reader. RESILIENCE: a slow subscriber has a bounded buffer, then a named error. */
const MAX_WAITING = 256;

type Reader = PromiseWithResolvers<IteratorResult<StreamEvent>>;

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The stream of one subscriber: pushed to by the broker, read by one reader. Reading past the end gives done.
 * `onEnd` is called once, however it ends: by its reader, by `end`, by `fail` or by overflow.
 */
export class EventBuffer implements AsyncIterableIterator<StreamEvent> {
  readonly #onEnd: () => void;
  #waiting: StreamEvent[] = [];
  #readers: Reader[] = [];
  #failure: { readonly error: unknown } | undefined;
  #ended = false;
  #overflowed = false;
  readonly #subscribed = Promise.withResolvers<void>();

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  get isEnded(): boolean {
    return this.#ended;
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
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) reader.resolve({ done: false, value: event });
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(event);
    else {
      this.#waiting = [];
      this.#overflowed = true;
      this.fail(slowSubscriber(MAX_WAITING));
    }
  }

  /** No more events; those that wait are still read. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#subscribed.resolve();
    const readers = this.#readers;
    this.#readers = [];
    const failure = this.#failure;
    for (const [index, reader] of readers.entries()) {
      if (index === 0 && failure !== undefined) reader.reject(this.#takeFailure());
      else reader.resolve(DONE);
    }
    this.#onEnd();
  }

  /** Ends with an error, given to the reader once, after the events that wait. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#failure = { error };
    this.end();
  }

  next(): Promise<IteratorResult<StreamEvent>> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return Promise.resolve({ done: false, value: waiting });
    if (this.#failure !== undefined) return Promise.reject(this.#takeFailure());
    if (this.#ended) return Promise.resolve(DONE);
    const reader = Promise.withResolvers<IteratorResult<StreamEvent>>();
    this.#readers.push(reader);
    return reader.promise;
  }

  return(): Promise<IteratorResult<StreamEvent>> {
    this.#waiting = [];
    this.#failure = undefined;
    this.end();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #takeFailure(): unknown {
    const error = this.#failure?.error;
    this.#failure = undefined;
    return error;
  }
}
