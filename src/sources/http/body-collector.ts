import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { GatewayError } from '../../errors/gateway-error.ts';
import { DEFAULT_ANSWER_BYTES } from '../answer-bytes.ts';
import { unusableAnswer } from '../unusable-answer.ts';

const MAX_CODINGS = 5;

export type BodyListener = {
  readonly onText: (text: string) => void;
  readonly onFailure: (error: GatewayError) => void;
  /** More can be taken, after `write` has given back false. */
  readonly onDrain: () => void;
};

/** Takes an answer's body piece by piece and gives it back as text. */
export type BodyCollector = {
  /** The bytes are lent: what is kept of them is copied. False: wait for `onDrain`. */
  readonly write: (bytes: Buffer, start: number, end: number) => boolean;
  readonly end: () => void;
  readonly destroy: () => void;
};

/**
 * `contentEncoding` as the service sent it; `length` the bytes to come, if that is known, else a negative number. The
 * reading stops after `maxBytes`, inflated. Throws GatewayError for codings that cannot be undone, and for what is too long already.
 */
export function createBodyCollector(
  contentEncoding: string,
  length: number,
  listener: BodyListener,
  maxBytes: number = DEFAULT_ANSWER_BYTES,
): BodyCollector {
  if (contentEncoding === '') return new TextCollector(length, listener, maxBytes);
  const decoders = contentEncoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .map(createDecoder)
    .toReversed();
  const [first] = decoders;
  if (first === undefined) return new TextCollector(length, listener, maxBytes);
  return inflate(first, decoders, { text: new TextCollector(-1, listener, maxBytes), listener });
}

/** Taken at once for what a service says is coming: one that only says so takes no more memory. */
const MAX_RESERVED = 1_000_000;
const NOTHING = Buffer.alloc(0);

class TextCollector implements BodyCollector {
  readonly #listener: BodyListener;
  readonly #expected: number;
  readonly #maxBytes: number;
  #text: string | undefined;
  /** Grows by doubling: pieces of a byte each take no more than one piece of them all. */
  #bytes: Buffer = NOTHING;
  #length = 0;

  constructor(expected: number, listener: BodyListener, maxBytes: number) {
    if (expected > maxBytes) throw tooLong(maxBytes);
    this.#maxBytes = maxBytes;
    this.#expected = expected;
    this.#listener = listener;
  }

  write(bytes: Buffer, start: number, end: number): boolean {
    const at = this.#length;
    this.#length += end - start;
    if (this.#length > this.#maxBytes) this.#listener.onFailure(tooLong(this.#maxBytes));
    else if (end - start === this.#expected) this.#text = bytes.toString('utf8', start, end);
    else bytes.copy(this.#roomFor(at), at, start, end);
    return true;
  }

  #roomFor(kept: number): Buffer {
    const { length } = this.#bytes;
    if (this.#length <= length) return this.#bytes;
    const reserved = this.#expected <= MAX_RESERVED ? this.#expected : 0;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#length, 2 * length, reserved));
    this.#bytes.copy(grown, 0, 0, kept);
    return (this.#bytes = grown);
  }

  end(): void {
    const text = this.#text ?? this.#bytes.toString('utf8', 0, this.#length);
    this.#listener.onText(text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text);
  }

  destroy(): void {
    this.#bytes = NOTHING;
  }
}

function tooLong(maxBytes: number): GatewayError {
  return unusableAnswer(`The answer is longer than ${maxBytes} bytes (answerBytes).`);
}

function inflate(
  first: Transform,
  decoders: readonly Transform[],
  { text, listener }: { readonly text: BodyCollector; readonly listener: BodyListener },
): BodyCollector {
  const destroy = (): void => decoders.forEach((decoder) => decoder.destroy());
  for (const decoder of decoders) {
    decoder.on('error', (error) => {
      destroy();
      listener.onFailure(unusableAnswer(`The answer's coding is broken: ${error.message}.`));
    });
  }
  const last = decoders.reduce((before, after) => before.pipe(after));
  last.on('data', (chunk: Buffer) => text.write(chunk, 0, chunk.length));
  last.on('end', () => text.end());
  first.on('drain', listener.onDrain);
  let isEmpty = true;
  return {
    write: (bytes, start, end) => {
      isEmpty = false;
      return first.write(Buffer.from(bytes.subarray(start, end)));
    },
    end: () => {
      if (!isEmpty) return void first.end();
      destroy(); // what is not there (a 204, a 304) is in no coding, whatever its head says
      text.end();
    },
    destroy,
  };
}

function createDecoder(coding: string, index: number): Transform {
  if (index >= MAX_CODINGS) throw unusableAnswer(`The answer has more than ${MAX_CODINGS} content codings.`);
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'deflate':
      return createInflate();
    case 'zstd':
      return createZstdDecompress();
    default:
      throw unusableAnswer(`The answer's content coding ${JSON.stringify(coding.slice(0, 40))} was not asked for.`);
  }
}
