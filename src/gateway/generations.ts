/** What a generation holds: closed when it is no longer in use. */
export type Closable = { readonly close: () => Promise<void> };

/** A generation in use: `release` when done with it. */
export type Lease<T> = {
  readonly value: T;
  readonly release: () => void;
  /** Tells a long-lived holder (a stream) that its generation has been replaced for as long as it may drain. */
  readonly onRetire: (listener: () => void) => void;
};

type Generation<T> = {
  readonly value: T;
  readonly ended: PromiseWithResolvers<void>;
  readonly retireListeners: Set<() => void>;
  leases: number;
  retired: boolean;
};

/** How long a replaced generation may go on serving what began on it (docs/traffic.md). */
const DRAIN_MS = 60_000;

/**
 * The current engine and those that still drain. A request takes the current one and keeps it to its end; a swap changes one
 * reference. A replaced one closes with its last lease; leases held for longer than a minute are told to end.
 */
export class Generations<T extends Closable> {
  #current: Generation<T> | undefined;
  readonly #closing = new Set<Promise<void>>();

  /** Undefined until the first swap. */
  get current(): T | undefined {
    return this.#current?.value;
  }

  /** Undefined until the first swap. */
  take(): Lease<T> | undefined {
    const generation = this.#current;
    if (generation === undefined) return undefined;
    generation.leases += 1;
    let held = true;
    return {
      value: generation.value,
      release: () => {
        if (!held) return;
        held = false;
        generation.leases -= 1;
        if (generation.leases === 0 && generation.retired) generation.ended.resolve();
      },
      onRetire: (listener) => void generation.retireListeners.add(listener),
    };
  }

  swap(next: T): void {
    const old = this.#current;
    this.#current = {
      value: next,
      ended: Promise.withResolvers(),
      retireListeners: new Set(),
      leases: 0,
      retired: false,
    };
    if (old !== undefined) this.#retire(old, DRAIN_MS);
  }

  /** Ends the current generation too, and resolves when all are closed. */
  async close(drainMs: number): Promise<void> {
    if (this.#current !== undefined) this.#retire(this.#current, drainMs);
    await Promise.all(this.#closing);
  }

  #retire(generation: Generation<T>, drainMs: number): void {
    if (generation.retired) return;
    generation.retired = true;
    const timer = setTimeout(() => {
      for (const listener of generation.retireListeners) listener();
    }, drainMs);
    const closing = generation.ended.promise
      .then(() => clearTimeout(timer))
      .then(() => generation.value.close())
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    if (generation.leases === 0) generation.ended.resolve();
  }
}
