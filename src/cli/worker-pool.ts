import type { Log } from '../observability/log.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { WorkerFailure } from './worker-failure.ts';
import type { ServingReport } from './worker-messages.ts';
import { type StartWorker, type WorkerEnd, WorkerSlot } from './worker-slot.ts';

export type PoolOptions = { readonly count: number; readonly startWorker: StartWorker; readonly log: Log };

const MOST_DEATHS = 5;
const DEATHS_WITHIN_MS = 60_000;

/** A worker cuts what is open after 30 s, and leaves 2 s later: one that is still there hangs. */
const HANGING_MS = 35_000;

/** As many workers as were asked for, for as long as the command runs. */
export class WorkerPool {
  readonly #slots: readonly WorkerSlot[];
  readonly #log: Log;
  readonly #started = Promise.withResolvers<ServingReport>();
  #first: ServingReport | undefined;
  #hasStarted = false;
  #deaths: number[] = [];

  constructor({ count, startWorker, log }: PoolOptions) {
    this.#log = log;
    const events = {
      onServing: (report: ServingReport) => this.#handleServing(report),
      onDeath: (end: WorkerEnd) => this.#isWorthReplacing(end),
    };
    this.#slots = Array.from({ length: count }, () => new WorkerSlot({ startWorker, log, ...events }));
  }

  /**
   * Resolves when all serve. One worker goes first, so that what keeps it from serving is said once. Rejects with
   * WorkerFailure when it gives up, with CommandFailure when workers die again and again before all have served.
   */
  start(): Promise<ServingReport> {
    this.#slots[0]?.start();
    return this.#started.promise;
  }

  /** All workers finish what is open and end; those that hang are killed. */
  async stop(): Promise<void> {
    const hanging = setTimeout(() => this.#killHanging(), HANGING_MS);
    await Promise.all(this.#slots.map((slot) => slot.stop())).finally(() => clearTimeout(hanging));
  }

  /** Ends all workers at once. */
  kill(): void {
    for (const slot of this.#slots) slot.kill();
  }

  /** Has all workers look whether their files have changed. */
  reload(): void {
    for (const slot of this.#slots) slot.reload();
  }

  #handleServing(report: ServingReport): void {
    if (report.kind === 'updated') {
      this.#first = report;
      return;
    }
    if (this.#first === undefined) {
      this.#first = report;
      for (const slot of this.#slots.slice(1)) slot.start();
    } else this.#compare(this.#first, report);
    if (this.#hasStarted || !this.#slots.every(({ isServing }) => isServing)) return;
    this.#hasStarted = true;
    this.#started.resolve(this.#first);
  }

  /** A worker reads the files as they are when it starts. */
  #compare(first: ServingReport, { fingerprint, url }: ServingReport): void {
    if (fingerprint !== first.fingerprint)
      this.#log('error', 'A new worker serves another graph than the others: files have changed. SIGHUP has all look.');
    if (url !== first.url) this.#log('warn', 'All workers had ended, and port 0 has become another.', { url });
  }

  #isWorthReplacing({ code }: WorkerEnd): boolean {
    if (this.#hasStarted) return true;
    if (this.#first === undefined && isVerdict(code)) {
      this.#started.reject(new WorkerFailure(code));
      return false;
    }
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WITHIN_MS), now];
    if (this.#deaths.length < MOST_DEATHS) return true;
    const message = `Workers ended ${MOST_DEATHS} times within a minute, before all of them had served. The log says how.`;
    this.#started.reject(new CommandFailure(EXIT.outside, message));
    return false;
  }

  #killHanging(): void {
    for (const slot of this.#slots.filter(({ isEnding }) => isEnding)) {
      this.#log('error', 'A worker did not end in time, and is killed.');
      slot.kill();
    }
  }
}

/** Whether a worker ended as a command does that says what is wrong; others crash. */
function isVerdict(code: number | null): code is ExitCode {
  return code !== EXIT.done && Object.values<number | null>(EXIT).includes(code);
}
