import { isUtf8 } from 'node:buffer';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { GatewayError } from '../errors/gateway-error.ts';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * A request's body as text, decompressed. Reading stops as soon as more than `limit` bytes have come, on the wire or
 * out of the decompressor; the source is left open, for a refusal can then still be sent over its socket.
 */
export async function readBody(
  source: Readable,
  options: { readonly encoding: string | null; readonly length: string | null; readonly limit: number },
): Promise<string> {
  const { encoding, length, limit } = options;
  assertBodyLength(length, limit);
  const decoder = createDecoder(encoding);
  return decodeText(decoder === null ? await collect(source, limit) : await inflate(source, decoder, limit));
}

function createDecoder(encoding: string | null): Transform | null {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return null;
  const create = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
  if (create === undefined) {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'Compress the body with gzip, deflate or br, or not at all.');
  }
  return create();
}

async function collect(source: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError('BAD_USER_INPUT', 'The body ended before it was complete.', { cause });
  }
  return Buffer.concat(chunks, size);
}

async function inflate(source: Readable, decoder: Transform, limit: number): Promise<Buffer> {
  let received = 0;
  const count = (chunk: Buffer): void => {
    received += chunk.length;
    if (received > limit) decoder.destroy(tooLarge(limit));
  };
  const fail = (cause: Error): void => void decoder.destroy(cause);
  source.on('data', count);
  source.once('error', fail);
  source.pipe(decoder);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of decoder) {
      size += (chunk as Buffer).length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks, size);
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError('BAD_USER_INPUT', 'The body cannot be decompressed: it is damaged or cut off.', { cause });
  } finally {
    source.unpipe(decoder);
    source.off('data', count);
    source.off('error', fail);
    decoder.destroy();
  }
}

/** Throws BODY_TOO_LARGE for a body that says itself that it is. */
function assertBodyLength(contentLength: string | null, limit: number): void {
  if (Number(contentLength ?? 0) > limit) throw tooLarge(limit);
}

/** Throws BAD_USER_INPUT for what is not UTF-8. A byte order mark is left out. */
export function decodeText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new GatewayError('BAD_USER_INPUT', 'The body is not UTF-8.');
  const text = bytes.toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

export function tooLarge(limit: number): GatewayError {
  return new GatewayError('BODY_TOO_LARGE', `A body may have at most ${limit} bytes, also when decompressed.`);
}
