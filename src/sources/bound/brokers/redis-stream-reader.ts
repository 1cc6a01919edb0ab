import type { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';

/** How long Redis holds a read that finds nothing. Below the interval of pings, which wait behind it. */
const BLOCK_MS = 2_000;
const PAGE = 100;
const WAKE_AGAIN_MS = 10;

/** One entry: its id, and its fields as a flat list of names and values. */
export type RedisEntry = readonly [id: string, fields: readonly string[]];

export type RedisStreamReaderOptions = {
  readonly reader: Redis;
  /** Its `CLIENT ID`. */
  readonly readerId: string;
  /** Another connection, which wakes the reader when it holds. */
  readonly waker: Redis;
  /** The words before COUNT: `XREAD`, or `XREADGROUP GROUP …`. */
  readonly command: readonly [string, ...string[]];
  readonly onEntry: (stream: string, entry: RedisEntry) => void;
  readonly onLost: (cause: unknown) => void;
};

type Answer = readonly (readonly [stream: string, entries: readonly RedisEntry[]])[] | null;

/** Whether the entry of an id (`milliseconds-number`) is one of those up to `position`. */
export function isCoveredId(id: string, position: string): boolean {
  const [ms = 0, number = 0] = id.split('-').map(Number);
  const [toMs = 0, toNumber = 0] = position.split('-').map(Number);
  return ms < toMs || (ms === toMs && number <= toNumber);
}

/** Reads any number of streams over one connection, each from where it was read to. */
export class RedisStreamReader {
  readonly #options: RedisStreamReaderOptions;
  readonly #positions = new Map<string, string>();
  #isRunning = false;
  #isClosed = false;
  /** Whether the reader may be held by a read that does not know of the last change. */
  #isStale = false;
  #waking: Promise<void> = Promise.resolve();

  constructor(options: RedisStreamReaderOptions) {
    this.#options = options;
  }

  /** What comes behind `position`: an id, or `>` for a group's next ones. */
  add(stream: string, position: string): void {
    this.#positions.set(stream, position);
    if (this.#isRunning) void this.#wake();
    else void this.#run();
  }

  /** No entry of the stream is given any more. Resolves when Redis gives none to this reader. */
  async remove(stream: string): Promise<void> {
    this.#positions.delete(stream);
    if (this.#isRunning) await this.#wake();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #run(): Promise<void> {
    const { onEntry, onLost } = this.#options;
    this.#isRunning = true;
    try {
      while (this.#positions.size > 0 && !this.#isClosed) {
        for (const [stream, entries] of (await this.#read()) ?? []) {
          for (const entry of entries) {
            if (this.#advance(stream, entry[0])) onEntry(stream, entry);
          }
        }
      }
    } catch (error) {
      if (!this.#isClosed) onLost(error);
    } finally {
      this.#isRunning = false;
      this.#isStale = false;
    }
  }

  /** False for an entry of a read that was made for somebody who has left. */
  #advance(stream: string, id: string): boolean {
    const position = this.#positions.get(stream);
    if (position === undefined) return false;
    if (position === '>') return true;
    if (isCoveredId(id, position)) return false;
    this.#positions.set(stream, id);
    return true;
  }

  async #read(): Promise<Answer> {
    const { reader, command } = this.#options;
    const [name, ...words] = command;
    this.#isStale = false;
    const streams = [...this.#positions.keys(), ...this.#positions.values()];
    const read = ['COUNT', PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', ...streams];
    // Redis' answer to these commands, as its documentation gives it.
    return (await reader.call(name, ...words, ...read)) as Answer;
  }

  #wake(): Promise<void> {
    if (!this.#isStale) {
      this.#isStale = true;
      this.#waking = this.#interrupt();
    }
    return this.#waking;
  }

  /** The read that is held may not have reached Redis yet: it is woken until it has ended. */
  async #interrupt(): Promise<void> {
    const { readerId, waker } = this.#options;
    while (this.#isStale && !this.#isClosed) {
      await waker.call('CLIENT', 'UNBLOCK', readerId).catch(() => {});
      if (this.#isStale) await delay(WAKE_AGAIN_MS);
    }
  }
}
