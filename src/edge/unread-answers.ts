import type { ServerResponse } from 'node:http';

/** A client that takes nothing of its answer for so long is cut. */
const STALLED_MS = 30_000;

/** What waits for clients who do not read their answers. */
export class UnreadAnswers {
  readonly #max: number;
  #bytes = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether so much waits that nothing more may be asked for. */
  get isFull(): boolean {
    return this.#bytes >= this.#max;
  }

  /** For an answer that has been written whole: almost always the system has taken it at once. */
  watch(response: ServerResponse): void {
    const bytes = response.socket?.writableLength ?? 0;
    if (bytes === 0) return;
    this.#bytes += bytes;
    response.setTimeout(STALLED_MS); // Node cuts the connection, unless some of it gets through meanwhile
    response.once('close', () => (this.#bytes -= bytes));
  }
}
