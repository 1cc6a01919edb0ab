import { request } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../src/edge/read-body.ts';
import { listeningEdge, post, testEdge } from './test-edge.ts';

const OPERATION = JSON.stringify({ query: '{ greeting }' });

function read(
  chunks: readonly (string | Buffer)[],
  options: { encoding?: string; length?: string; limit?: number } = {},
) {
  const source = Readable.from(chunks.map((chunk) => Buffer.from(chunk as string)));
  const body = readBody(source, { encoding: null, length: null, limit: 100, ...options });
  return { source, body };
}

const refusal = (code: string) => expect.objectContaining({ code });

describe('readBody', () => {
  it('joins what comes in pieces, characters that are cut in two included', async () => {
    const bytes = Buffer.from('héllo');
    await expect(read([bytes.subarray(0, 2), bytes.subarray(2)]).body).resolves.toBe('héllo');
  });

  it.each([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('decompresses %s', async (encoding, compress) => {
    await expect(read([compress(OPERATION)], { encoding }).body).resolves.toBe(OPERATION);
  });

  it('takes exactly as much as the limit', async () => {
    await expect(read(['a'.repeat(60), 'a'.repeat(40)]).body).resolves.toHaveLength(100);
  });

  it('refuses by the length that is declared, without reading', async () => {
    const { source, body } = read(['a'], { length: '101' });
    await expect(body).rejects.toEqual(refusal('BODY_TOO_LARGE'));
    expect(source.readableDidRead).toBe(false);
  });

  it('stops reading where the limit is passed', async () => {
    let sent = 0;
    const source = Readable.from(
      (function* () {
        for (; sent < 1000; sent += 1) yield Buffer.alloc(60);
      })(),
    );
    await expect(readBody(source, { encoding: null, length: null, limit: 100 })).rejects.toEqual(
      refusal('BODY_TOO_LARGE'),
    );
    expect(sent).toBeLessThan(100);
    expect(source.destroyed).toBe(false);
  });

  it('stops a small body that would become a huge one', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    await expect(read([bomb], { encoding: 'gzip', limit: 60_000 }).body).rejects.toEqual(refusal('BODY_TOO_LARGE'));
  });

  it('counts compressed bytes that become nothing', async () => {
    const nothing = gzipSync('');
    const source = Readable.from(Array.from({ length: 1000 }, () => nothing));
    const body = readBody(source, { encoding: 'gzip', length: null, limit: 100 });
    await expect(body).rejects.toEqual(refusal('BODY_TOO_LARGE'));
  });

  it.each([
    ['cut off', gzipSync(OPERATION).subarray(0, 20)],
    ['no gzip at all', Buffer.from(OPERATION)],
  ])('refuses a gzip body that is %s', async (_name, bytes) => {
    await expect(read([bytes], { encoding: 'gzip' }).body).rejects.toEqual(refusal('BAD_USER_INPUT'));
  });

  it.each(['zstd', 'gzip, gzip', 'constructor'])('refuses the coding %j', async (encoding) => {
    await expect(read([OPERATION], { encoding }).body).rejects.toEqual(refusal('UNSUPPORTED_MEDIA_TYPE'));
  });

  it.each([null, 'gzip'])('refuses a body whose sender breaks off (coding %s)', async (encoding) => {
    const source = new Readable({ read() {} });
    const body = readBody(source, { encoding, length: null, limit: 100 });
    source.push('{');
    source.destroy(new Error('reset'));
    await expect(body).rejects.toEqual(refusal('BAD_USER_INPUT'));
  });
});

describe('the edge', () => {
  it('takes compressed operations', async () => {
    const { url } = await listeningEdge();
    const response = await fetch(`${url}/graphql`, post(gzipSync(OPERATION), { 'content-encoding': 'gzip' }));
    expect(await response.json()).toEqual({ data: { greeting: 'Hello you' } });
  });

  it('gives a body without a length its refusal while it is still being sent', async () => {
    const { listener } = await listeningEdge({ bodyBytes: () => 1000 });
    const upload = request({
      port: listener.port,
      path: '/graphql',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      upload.once('response', (response) => resolve(response.resume().statusCode));
      upload.once('error', reject);
    });
    upload.write('a'.repeat(5000)); // and no end
    expect(await answered).toBe(413);
    upload.destroy();
  });

  it('refuses a large body without a port too', async () => {
    const { edge } = testEdge({ bodyBytes: () => 10 });
    expect((await edge.fetch(new Request('http://gateway/graphql', post({ query: '{ greeting }' })))).status).toBe(413);
  });
});
