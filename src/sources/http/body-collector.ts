import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
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
  const decoders = contentEncoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .map(createDecoder)
    .toReversed();
  const text = createTextCollector(listener);
  const [first] = decoders;
  return first === undefined ? text : inflate(first, decoders, { text, listener });
}

function createTextCollector({ onText, onFailure }: BodyListener): BodyCollector {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    write: (chunk) => {
      length += chunk.length;
      if (length > MAX_BYTES) onFailure(unusableAnswer(`The answer is longer than ${MAX_BYTES} bytes.`));
      else chunks.push(chunk);
      return true;
    },
    end: () => {
      const [only] = chunks;
      const text = (only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, length)).toString('utf8');
      onText(text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text);
    },
    destroy: () => void chunks.splice(0),
  };
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
  last.on('end', text.end);
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
    default:
      throw unusableAnswer(`The answer's content coding ${JSON.stringify(coding.slice(0, 40))} was not asked for.`);
  }
}
