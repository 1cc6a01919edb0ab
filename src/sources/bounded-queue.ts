const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * Items that are pushed on one side and read on the other, in order. It holds so many and no more. Ends by `end`,
 * by `fail`, whose error its reader gets after what waits, or by its reader; `onEnd` is called once.
 */
export class BoundedQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #max: number;
  readonly #onEnd: () => void;
  #waiting: T[] = [];
  #asking: PromiseWithResolvers<IteratorResult<T, undefined>>[] = [];
  #failure: { readonly error: unknown } | undefined;
  #isEnded = false;

  constructor(max: number, onEnd: () => void = () => {}) {
    this.#max = max;
    this.#onEnd = onEnd;
  }

  /** Whether its reader waits for an item. */
  get isAsked(): boolean {
    return this.#asking.length > 0;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** False where the item finds no room, and is dropped. What has ended takes anything, and forgets it. */
  push(item: T): boolean {
    if (this.#isEnded) return true;
    const asking = this.#asking.shift();
    if (asking !== undefined) asking.resolve({ done: false, value: item });
    else if (this.#waiting.length < this.#max) this.#waiting.push(item);
    else return false;
    return true;
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const asking of this.#asking.splice(0)) asking.resolve(DONE);
    this.#onEnd();
  }

  fail(error: unknown): void {
    if (this.#isEnded) return;
    const asking = this.#asking.shift();
    if (asking === undefined) this.#failure = { error };
    else asking.reject(error);
    this.end();
  }

  /** The same, at once: what waits is dropped. */
  abort(error: unknown): void {
    this.#waiting = [];
    this.fail(error);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#waiting.length > 0) return Promise.resolve({ done: false, value: this.#waiting.shift() as T });
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      return Promise.reject(error);
    }
    if (this.#isEnded) return Promise.resolve(DONE);
    const asking = Promise.withResolvers<IteratorResult<T, undefined>>();
    this.#asking.push(asking);
    return asking.promise;
  }

  /** Ends it now: what waits is dropped. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#waiting = [];
    this.#failure = undefined;
    this.end();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
