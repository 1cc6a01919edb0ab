import type { Log } from '../observability/log.ts';
import type { ServingReport } from './worker-messages.ts';

/** How a process ended. */
export type WorkerEnd = { readonly code: number | null; readonly signal: string | null };

/** A process that runs a whole gateway. */
export type WorkerProcess = {
  readonly pid: number | undefined;
  /** Asks it to end in order; one that does not serve yet just ends. */
  readonly stop: (state: 'starting' | 'serving') => void;
  /** Has it look whether its files have changed. */
  readonly reload: () => void;
  /** Ends it at once. */
  readonly kill: () => void;
};

export type WorkerEvents = {
  readonly onServing: (report: ServingReport) => void;
  readonly onEnd: (end: WorkerEnd) => void;
};

/** Starts a process, or throws. Its end is told once. */
export type StartWorker = (events: WorkerEvents) => WorkerProcess;

export type SlotOptions = {
  readonly startWorker: StartWorker;
  readonly onServing: (report: ServingReport) => void;
  /** Told of an end that nobody asked for; says whether another worker is wanted. */
  readonly onDeath: (end: WorkerEnd) => boolean;
  readonly log: Log;
};

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;
/** Whoever lived for this long is replaced as if it were the first that died. */
const STEADY_MS = 60_000;

/** The place of one worker: what dies in it unasked is replaced, later each time. */
export class WorkerSlot {
  readonly #options: SlotOptions;
  #worker: WorkerProcess | undefined;
  #state: 'starting' | 'serving' = 'starting';
  #startedAt = 0;
  #delayMs = FIRST_DELAY_MS;
  #replacing: NodeJS.Timeout | undefined;
  #stopped: PromiseWithResolvers<void> | undefined;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get isServing(): boolean {
    return this.#worker !== undefined && this.#state === 'serving';
  }

  start(): void {
    this.#state = 'starting';
    this.#startedAt = performance.now();
    try {
      this.#worker = this.#options.startWorker({
        onServing: (report) => this.#handleServing(report),
        onEnd: (end) => this.#handleEnd(end),
      });
    } catch (cause) {
      this.#options.log('error', 'A worker could not be started.', { cause });
      this.#handleEnd({ code: null, signal: null });
    }
  }

  /** Has its worker end in order. Resolves when there is none, and there will be none. */
  async stop(): Promise<void> {
    clearTimeout(this.#replacing);
    this.#stopped ??= Promise.withResolvers();
    if (this.#worker === undefined) return;
    this.#worker.stop(this.#state);
    await this.#stopped.promise;
  }

  reload(): void {
    if (this.isServing) this.#worker?.reload();
  }

  /** Ends its worker at once, and has no other. */
  kill(): void {
    clearTimeout(this.#replacing);
    this.#stopped ??= Promise.withResolvers();
    this.#worker?.kill();
  }

  /** Whether there is a worker that was told to end and has not. */
  get isEnding(): boolean {
    return this.#stopped !== undefined && this.#worker !== undefined;
  }

  #handleServing(report: ServingReport): void {
    this.#state = 'serving';
    this.#options.onServing(report);
  }

  #handleEnd(end: WorkerEnd): void {
    const pid = this.#worker?.pid;
    this.#worker = undefined;
    if (this.#stopped !== undefined) return this.#stopped.resolve();
    if (!this.#options.onDeath(end)) return;
    if (performance.now() - this.#startedAt >= STEADY_MS) this.#delayMs = FIRST_DELAY_MS;
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    this.#replacing = setTimeout(() => this.start(), delayMs);
    this.#options.log('error', 'A worker ended unasked, and will be replaced.', { worker: pid, ...end, delayMs });
  }
}
