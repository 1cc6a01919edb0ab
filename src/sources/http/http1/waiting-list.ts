import type { Exchange, ExchangePlace } from './exchange.ts';

/** Exchanges in the order in which they came. Any of them can leave at no cost, and leaves no trace (see TimerQueue). */
export class WaitingList implements ExchangePlace {
  #first: Exchange | undefined;
  #last: Exchange | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(exchange: Exchange): void {
    exchange.place = this;
    exchange.before = this.#last;
    if (this.#last === undefined) this.#first = exchange;
    else this.#last.after = exchange;
    this.#last = exchange;
    this.#size += 1;
  }

  /** Takes out the one that has waited the longest. */
  take(): Exchange | undefined {
    const first = this.#first;
    if (first !== undefined) this.leave(first);
    return first;
  }

  /** It must be in the list. */
  leave(exchange: Exchange): void {
    const { before, after } = exchange;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    exchange.before = undefined;
    exchange.after = undefined;
    exchange.place = undefined;
    this.#size -= 1;
  }

  resume(): void {
    // nothing is read for those that wait
  }
}
