/** A timer that has been set: one of a list in the order in which they end. */
type Timer = {
  readonly endsAtMs: number;
  readonly callback: () => void;
  before: Timer | undefined;
  after: Timer | undefined;
  isSet: boolean;
};

/**
 * Timers of one delay, of which almost all are called off: one timer of Node's for the first of them, and two links for
 * each other. A request has one and each call another: Node's own cost 4 % of a small request (docs/performance.md).
 * A queue keeps no process alive; what is waited for does.
 */
export class TimerQueue {
  readonly #delayMs: number;
  #first: Timer | undefined;
  #last: Timer | undefined;
  #isArmed = false;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Calls back once after the delay; gives back how to call it off. */
  schedule(callback: () => void): () => void {
    const timer: Timer = {
      endsAtMs: performance.now() + this.#delayMs,
      callback,
      before: this.#last,
      after: undefined,
      isSet: true,
    };
    if (this.#last === undefined) this.#first = timer;
    else this.#last.after = timer;
    this.#last = timer;
    if (!this.#isArmed) this.#arm(this.#delayMs);
    return () => this.#remove(timer);
  }

  #remove(timer: Timer): void {
    if (!timer.isSet) return;
    timer.isSet = false;
    if (timer.before === undefined) this.#first = timer.after;
    else timer.before.after = timer.after;
    if (timer.after === undefined) this.#last = timer.before;
    else timer.after.before = timer.before;
    // A dead timer that points to the next would keep it from being collected young, and so on down the line.
    timer.before = undefined;
    timer.after = undefined;
  }

  #arm(delayMs: number): void {
    this.#isArmed = true;
    setTimeout(() => this.#fire(), delayMs).unref();
  }

  /** The timer that this was armed for may have been called off: then it is armed for the one that is now the first. */
  #fire(): void {
    this.#isArmed = false;
    const nowMs = performance.now();
    try {
      for (let timer = this.#first; timer !== undefined && timer.endsAtMs <= nowMs; timer = this.#first) {
        this.#remove(timer);
        timer.callback();
      }
    } finally {
      this.#armForFirst(nowMs);
    }
  }

  #armForFirst(nowMs: number): void {
    if (this.#first !== undefined && !this.#isArmed) this.#arm(Math.max(1, Math.ceil(this.#first.endsAtMs - nowMs)));
  }
}
