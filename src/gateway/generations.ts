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
  state: 'current' | 'draining' | 'expired';
};

class GenerationLease<T> implements Lease<T> {
  readonly #generation: Generation<T>;
  #held = true;
  #listeners: Set<() => void> | undefined;

  constructor(generation: Generation<T>) {
    this.#generation = generation;
    generation.leases += 1;
  }

  get value(): T {
    return this.#generation.value;
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    const generation = this.#generation;
    for (const listener of this.#listeners ?? []) generation.retireListeners.delete(listener);
    generation.leases -= 1;
    if (generation.leases === 0 && generation.state !== 'current') generation.ended.resolve();
  }

  onRetire(listener: () => void): void {
    if (this.#generation.state === 'expired') {
      listener();
      return;
    }
    (this.#listeners ??= new Set()).add(listener);
    this.#generation.retireListeners.add(listener);
  }
}

/** How long a replaced generation may go on serving what began on it (docs/traffic.md). */
const DRAIN_MS = 60_000;
/** Its streams are told to end in so many parts, one after the other: clients that are told at once come back at once. */
const PARTS = 10;
const PART_MS = 1000;

/**
 * The current engine and the one that still drains. A request takes the current one and keeps it to its end; a swap changes
 * one reference. A replaced one closes with its last lease; leases held for nearly a minute, or until the swap after that, are
 * told to end.
 */
export class Generations<T extends Closable> {
  readonly #onFailedClose: (error: unknown) => void;
  #current: Generation<T> | undefined;
  readonly #closing = new Map<Generation<T>, Promise<void>>();
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `onFailedClose` is told of a replaced one that could not be closed. */
  constructor(onFailedClose: (error: unknown) => void = () => {}) {
    this.#onFailedClose = onFailedClose;
  }

  /** Undefined until the first swap. */
  get current(): T | undefined {
    return this.#current?.value;
  }

  /** Set from the beginning of `close`: nothing can be taken any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Undefined until the first swap, and after `close`. */
  take(): Lease<T> | undefined {
    const generation = this.#current;
    if (generation === undefined || this.#closed) return undefined;
    return new GenerationLease(generation);
  }

  /**
   * Swaps in what `build` makes of the current one, if it makes anything. One build at a time, so that none replaces what it
   * has not seen. Rejects, and changes nothing, where `build` does, and after `close`.
   */
  async replace(build: (current: T | undefined) => Promise<T | undefined>): Promise<void> {
    const turn = this.#turn.then(async () => {
      if (this.#closed) throw new Error('The gateway is closed.');
      const next = await build(this.current);
      if (next !== undefined) this.swap(next);
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  swap(next: T): void {
    const old = this.#current;
    for (const draining of this.#closing.keys()) this.#expire(draining);
    this.#current = {
      value: next,
      ended: Promise.withResolvers(),
      retireListeners: new Set(),
      leases: 0,
      state: 'current',
    };
    if (old !== undefined) this.#retire(old, () => this.#expireInParts(old));
  }

  /** Ends what runs on any generation after `drainMs`, and resolves when all are closed. */
  async close(drainMs: number): Promise<void> {
    this.#closed = true;
    await this.#turn; // what is being built is swapped in, and closed with the others
    for (const draining of this.#closing.keys()) this.#expireAfter(draining, drainMs);
    const current = this.#current;
    if (current?.state === 'current') this.#retire(current, () => this.#expireAfter(current, drainMs));
    await Promise.all(this.#closing.values());
  }

  #retire(generation: Generation<T>, expire: () => void): void {
    generation.state = 'draining';
    expire();
    const closing = generation.ended.promise
      .then(() => generation.value.close())
      .catch(this.#onFailedClose)
      .finally(() => this.#closing.delete(generation));
    this.#closing.set(generation, closing);
    if (generation.leases === 0) generation.ended.resolve();
  }

  #expireAfter(generation: Generation<T>, drainMs: number): void {
    const timer = setTimeout(() => this.#expire(generation), drainMs);
    void generation.ended.promise.then(() => clearTimeout(timer));
  }

  #expireInParts(generation: Generation<T>): void {
    let left = PARTS;
    const tellPart = (): void => {
      const listeners = [...generation.retireListeners];
      for (const listener of listeners.slice(0, Math.floor(listeners.length / left))) {
        generation.retireListeners.delete(listener);
        listener();
      }
      left -= 1;
      if (left === 0) this.#expire(generation);
      else timer = setTimeout(tellPart, PART_MS);
    };
    let timer = setTimeout(tellPart, DRAIN_MS - (PARTS - 1) * PART_MS);
    void generation.ended.promise.then(() => clearTimeout(timer));
  }

  #expire(generation: Generation<T>): void {
    generation.state = 'expired';
    for (const listener of generation.retireListeners) listener();
  }
}
