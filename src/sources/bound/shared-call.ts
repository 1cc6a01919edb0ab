/** Told once how a call has ended: what it gave, or (then not undefined) why it gave nothing. Never throws. */
export type Settle = (value: unknown, failure: unknown) => void;

/**
 * One call for all that ask for the same. Whoever asks leaves a callback, not a promise: of a hundred items with one call
 * each, promises took a third of the whole time (`npm run bench -- --scenarios all-rest`).
 */
export class SharedCall {
  #waiting: Settle[] | undefined = [];
  #value: unknown;
  #failure: unknown;

  /** Tells now, if the call has ended, else when it does. */
  wait(settle: Settle): void {
    if (this.#waiting === undefined) settle(this.#value, this.#failure);
    else this.#waiting.push(settle);
  }

  settle(value: unknown, failure: unknown): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#value = value;
    this.#failure = failure;
    for (const settle of waiting) settle(value, failure);
  }

  /** Ends as the promise does. */
  follow(call: Promise<unknown>): void {
    follow(call, (value, failure) => this.settle(value, failure));
  }
}

/** Tells how a promise has ended. */
export function follow(call: Promise<unknown>, settle: Settle): void {
  call.then(
    (value) => settle(value, undefined),
    (error: unknown) => settle(undefined, error ?? new Error('A call failed without saying why.')),
  );
}
