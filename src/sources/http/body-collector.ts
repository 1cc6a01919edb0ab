import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { GatewayError } from '../../errors/gateway-error.ts';
import { unusableAnswer } from '../unusable-answer.ts';

/** Of an answer, inflated. The reading stops there. */
const MAX_BYTES = 10_000_000;
const MAX_CODINGS = 5;

export type BodyListener = {
  readonly onText: (text: string) => void;
  readonly onFailure: (error: GatewayError) => void;
  /** More can be taken, after `write` has given back false. */
  readonly onDrain: () => void;
};

/** Takes an answer's body piece by piece and gives it back as text. */
export type BodyCollector = {
  /** False: wait for `onDrain`. */
  readonly write: (chunk: Buffer) => boolean;
  readonly end: () => void;
  readonly destroy: () => void;
};

/** `contentEncoding` as the service sent it. Throws GatewayError for codings that cannot be undone. */
export function createBodyCollector(contentEncoding: string, listener: BodyListener): BodyCollector {
  if (contentEncoding === '') return new TextCollector(listener);
  const decoders = contentEncoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .map(createDecoder)
    .toReversed();
  const text = new TextCollector(listener);
  const [first] = decoders;
  return first === undefined ? text : inflate(first, decoders, { text, listener });
}

class TextCollector implements BodyCollector {
  readonly #listener: BodyListener;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(listener: BodyListener) {
    this.#listener = listener;
  }

  write(chunk: Buffer): boolean {
    this.#length += chunk.length;
    if (this.#length > MAX_BYTES)
      this.#listener.onFailure(unusableAnswer(`The answer is longer than ${MAX_BYTES} bytes.`));
    else this.#chunks.push(chunk);
    return true;
  }

  end(): void {
    const [only] = this.#chunks;
    const bytes = only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.#length);
    const text = bytes.toString('utf8');
    this.#listener.onText(text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text);
  }

  destroy(): void {
    this.#chunks = [];
  }
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
  last.on('data', (chunk: Buffer) => text.write(chunk));
  last.on('end', () => text.end());
  first.on('drain', listener.onDrain);
  return { write: (chunk) => first.write(chunk), end: () => first.end(), destroy };
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
