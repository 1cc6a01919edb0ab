/** Waits for a call's end. */
export type Waiter = {
  /** Is told once what the call gave, or (then not undefined) why it gave nothing. Never throws. */
  settle(value: unknown, failure: unknown): void;
};

/**
 * One call for all that ask for the same. Who asks leaves an object, neither promise nor closures: of a hundred items with
 * one call each, promises took a third of the whole time (`npm run bench -- --scenarios all-rest`).
 */
export class SharedCall implements Waiter {
  #waiting: Waiter[] | undefined = [];
  #value: unknown;
  #failure: unknown;

  /** Tells now, if the call has ended, else when it does. */
  wait(waiter: Waiter): void {
    if (this.#waiting === undefined) waiter.settle(this.#value, this.#failure);
    else this.#waiting.push(waiter);
  }

  settle(value: unknown, failure: unknown): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#value = value;
    this.#failure = failure;
    for (const waiter of waiting) waiter.settle(value, failure);
  }
}

/** Tells how a promise has ended. */
export function follow(call: Promise<unknown>, waiter: Waiter): void {
  call.then(
    (value) => waiter.settle(value, undefined),
    (error: unknown) => waiter.settle(undefined, error ?? new Error('A call failed without saying why.')),
  );
}
