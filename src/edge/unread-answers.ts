import type { ServerResponse } from 'node:http';

/** A client that takes nothing of its answer for so long is cut. */
const STALLED_MS = 30_000;

type Waiting = { bytes: number; readonly forget: () => void };

/** What waits for clients who do not read their answers: whole ones, and what was last written of a stream. */
export class UnreadAnswers {
  readonly #max: number;
  readonly #stalledMs: number;
  /** Who waits longest comes first. */
  readonly #waiting = new Map<ServerResponse, Waiting>();
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
    this.#bytes += bytes - (known?.bytes ?? 0);
    if (known !== undefined) known.bytes = bytes;
    else this.#begin(response, bytes);
    this.#makeRoom(response);
  }

  #begin(response: ServerResponse, bytes: number): void {
    response.setTimeout(this.#stalledMs); // Node cuts the connection, unless some of it gets through meanwhile
    const forget = (): void => {
      response.off('drain', forget).off('close', forget);
      this.#bytes -= this.#waiting.get(response)?.bytes ?? 0;
      this.#waiting.delete(response);
    };
    this.#waiting.set(response, { bytes, forget });
    response.on('drain', forget).on('close', forget);
  }

  /** Who has waited longest gives way: a few clients who read nothing must not keep all others out. */
  #makeRoom(latest: ServerResponse): void {
    for (const [response, { forget }] of this.#waiting) {
      if (!this.isFull || response === latest) return;
      forget();
      response.destroy();
    }
  }
}
