import type { ServerResponse } from 'node:http';

/** A client that takes nothing of its answer for so long is cut. */
const STALLED_MS = 30_000;

/** What waits for clients who do not read their answers: whole ones, and what was last written of a stream. */
export class UnreadAnswers {
  readonly #max: number;
  readonly #stalledMs: number;
  readonly #waiting = new Map<ServerResponse, number>();
  #bytes = 0;

  constructor(max: number, stalledMs: number = STALLED_MS) {
    this.#max = max;
    this.#stalledMs = stalledMs;
  }

  /** Whether so much waits that nothing more may be asked for. */
  get isFull(): boolean {
    return this.#bytes >= this.#max;
  }

  /** For an answer of which something has been written: almost always the system has taken it at once. */
  watch(response: ServerResponse): void {
    const bytes = response.writableLength;
    if (bytes === 0) return;
    const known = this.#waiting.get(response);
    this.#waiting.set(response, bytes);
    this.#bytes += bytes - (known ?? 0);
    if (known !== undefined) return;
    response.setTimeout(this.#stalledMs); // Node cuts the connection, unless some of it gets through meanwhile
    const forget = (): void => {
      response.off('drain', forget).off('close', forget);
      this.#bytes -= this.#waiting.get(response) ?? 0;
      this.#waiting.delete(response);
    };
    response.on('drain', forget).on('close', forget);
  }
}
