import { GatewayError } from '../errors/gateway-error.ts';
import type { Cancellation } from '../model/cancellation.ts';

/** The streams over HTTP that may be open at once: each is known by what is cancelled when it is over. */
export class StreamSlots {
  readonly #max: number;
  readonly #taken = new Set<Cancellation>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Throws TOO_MANY_CONNECTIONS where there is none left. */
  take(stream: Cancellation): void {
    if (this.#taken.size >= this.#max) throw tooManyStreams(this.#max);
    this.#taken.add(stream);
    stream.onCancel(() => this.release(stream));
  }

  /** For what has become no stream. */
  release(stream: Cancellation): void {
    this.#taken.delete(stream);
  }
}

function tooManyStreams(max: number): GatewayError {
  const message = `This gateway has ${max} event streams open, and may have no more (listen.streams). Try again later.`;
  return new GatewayError('TOO_MANY_CONNECTIONS', message);
}
