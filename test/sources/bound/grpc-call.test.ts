import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestContext } from '../http/test-context.ts';
import { plain } from './bound-subgraph.ts';
import { startStock, stockAt, type StockStream } from './stock-service.ts';

const listed = '{ listed(sku: "A") { sku inStock } }';

/** Writes so many messages, one after the other as they are taken. */
const write = (count: number) => (call: StockStream) => {
  for (let inStock = 1; inStock <= count; inStock++) call.write({ sku: 'A', inStock });
  call.end();
};

describe('a stream that gives a list', () => {
  it('is read to its end', async () => {
    const { url } = await startStock({ list: write(3) });
    expect(await stockAt(url).run(listed)).toMatchObject({
      data: { listed: [1, 2, 3].map((inStock) => ({ sku: 'A', inStock })) },
      errors: [],
    });
  });

  it('may be empty', async () => {
    const { url } = await startStock({ list: write(0) });
    expect((await stockAt(url).run(listed)).data).toEqual({ listed: [] });
  });

  it('is an error where it is longer than it may be, and the service is told to stop', async () => {
    const cancelled = Promise.withResolvers<void>();
    const { url } = await startStock({
      list: (call) => {
        call.on('cancelled', () => cancelled.resolve());
        for (let inStock = 1; inStock <= 4; inStock++) call.write({ sku: 'A', inStock });
      },
    });
    const { data, errors, raw } = await stockAt(url).run(listed);
    expect({ data, errors }).toEqual({ data: { listed: null }, errors: ['UPSTREAM_BAD_RESPONSE at listed'] });
    expect(raw[0]?.detail).toBe('The stream is longer than 3 messages (maxMessages).');
    await cancelled.promise;
  });

  it('is an error where its messages hold more than 10 MB together', async () => {
    const { url } = await startStock({
      list: (call) => {
        for (let part = 0; part < 3; part++) call.write({ sku: 'x'.repeat(4_000_000) });
        call.end();
      },
    });
    expect((await stockAt(url).run(listed)).raw[0]).toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
      detail: 'The stream is longer than 10000000 bytes (answerBytes).',
    });
  });

  it('is an error where it breaks: what came before it is not the list', async () => {
    const { url } = await startStock({
      list: (call) => {
        call.write({ sku: 'A' });
        call.emit('error', Object.assign(new Error('broken'), { code: status.DATA_LOSS, details: 'broken' }));
      },
    });
    expect(await stockAt(url).run(listed)).toMatchObject({
      data: { listed: null },
      errors: ['UPSTREAM_ERROR at listed'],
    });
  });

  it('is cancelled at the service when its time is over', async () => {
    const cancelled = Promise.withResolvers<void>();
    const { url } = await startStock({
      list: (call) => {
        call.on('cancelled', () => cancelled.resolve());
        call.write({ sku: 'A' });
      },
    });
    const { errors } = await stockAt(url, { traffic: { timeoutMs: 1000, retry: { attempts: 0 } } }).run(listed);
    expect(errors).toEqual(['UPSTREAM_TIMEOUT at listed']);
    await cancelled.promise;
  });
});

describe('a stream of events', () => {
  it('goes on behind a message that cannot be read', async () => {
    const { url } = await startLiar((stream) => {
      const messages = ['08 01', '10 01', '0a 7f', '10 03'].map((hex) =>
        framed(Buffer.from(hex.replace(' ', ''), 'hex')),
      );
      answer(stream, messages, { 'grpc-status': '0' });
    });
    const seen: unknown[] = [];
    for await (const event of stockAt(url).subscribe('subscription { watched(sku: "A") { inStock } }')) {
      const { data, errors } = plain(event);
      seen.push(errors[0] ?? data);
    }
    expect(seen).toEqual([
      { watched: { inStock: 0 } },
      { watched: { inStock: 1 } },
      'UPSTREAM_BAD_RESPONSE at watched',
      { watched: { inStock: 3 } },
    ]);
  });

  it('waits for its reader', async () => {
    let written = 0;
    const { url } = await startStock({
      watch: (call) => {
        const fill = (): void => {
          while (call.write({ sku: 'x'.repeat(100_000), inStock: ++written }));
        };
        call.on('drain', fill);
        fill();
      },
    });
    const context = createTestContext({ deadlineMs: Infinity });
    onTestFinished(() => context.cancellation.cancel(new Error('over')));
    const stream = stockAt(url).subscribe('subscription { watched(sku: "A") { inStock } }', {}, context);
    const events = stream[Symbol.asyncIterator]();
    for (let read = 0; read < 5; read++) await events.next();
    await expect.poll(() => written, { timeout: 20_000 }).toBeGreaterThan(5);
    expect(written).toBeLessThan(200);
  });
});

describe('a mutation without an answer', () => {
  it('is true when it is done', async () => {
    const { url } = await startStock({ remove: (_, answer) => answer(null, {}) });
    expect((await stockAt(url).run('mutation { remove(sku: "A") }')).data).toEqual({ remove: true });
  });
});

type Behaviour = (stream: http2.ServerHttp2Stream) => void;

/** HTTP/2 without gRPC's manners. */
async function startLiar(behave: Behaviour) {
  const server = http2.createServer();
  const calls: string[] = [];
  server.on('stream', (stream: http2.ServerHttp2Stream, headers) => {
    calls.push(String(headers[':path']));
    stream.on('error', () => {});
    behave(stream);
  });
  server.on('sessionError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `grpc://127.0.0.1:${port}`, calls };
}

async function askLiar(behave: Behaviour) {
  const { url, calls } = await startLiar(behave);
  const stock = stockAt(url, { traffic: { timeoutMs: 1000, retry: { attempts: 1, backoffMs: 0 } } });
  const { data, errors, raw } = await stock.run('{ item(sku: "A") { sku } }');
  expect(data).toEqual({ item: null });
  return { errors, detail: raw[0]?.detail, calls: calls.length };
}

const grpc = { ':status': 200, 'content-type': 'application/grpc' };
const framed = (message: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

function answer(
  stream: http2.ServerHttp2Stream,
  messages: readonly Buffer[],
  trailers: http2.OutgoingHttpHeaders,
): void {
  stream.respond(grpc, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  for (const message of messages) stream.write(message);
  stream.end();
}

/** Answers with one message that is said to be compressed so. */
const compressed =
  (coding: string, bytes: Buffer): Behaviour =>
  (stream) => {
    stream.respond({ ...grpc, 'grpc-encoding': coding }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    const message = framed(bytes);
    message[0] = 1;
    stream.end(message);
  };

describe('a compressed message', () => {
  it('is read', async () => {
    const { url } = await startLiar(compressed('gzip', gzipSync(Buffer.from('\n\x01A'))));
    expect((await stockAt(url).run('{ item(sku: "A") { sku } }')).data).toEqual({ item: { sku: 'A' } });
  });

  it.each([
    ['larger than 10 MB when it is unpacked', 'gzip', gzipSync(Buffer.alloc(10_000_001))],
    ['no gzip', 'gzip', Buffer.from('no gzip')],
    ['cut off', 'gzip', gzipSync(Buffer.alloc(1000, 'x')).subarray(0, 15)],
    ['of a coding that nobody asked for', 'br', Buffer.from('x')],
    ['of a coding that is not said', 'identity', Buffer.from('x')],
  ])('that is %s is an error at the field, and not asked for again', async (_, coding, bytes) => {
    expect(await askLiar(compressed(coding, bytes))).toMatchObject({
      errors: ['UPSTREAM_BAD_RESPONSE at item'],
      calls: 1,
    });
  });
});

describe('a service that lies', () => {
  it.each<readonly [string, Behaviour, string, number]>([
    [
      'with bytes that are no message',
      (stream) => answer(stream, [framed(Buffer.from([0x0a, 0x7f]))], { 'grpc-status': '0' }),
      'UPSTREAM_BAD_RESPONSE',
      1,
    ],
    [
      'with a page of HTML',
      (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'text/html' });
        stream.end('<html><body>Welcome!</body></html>');
      },
      'UPSTREAM_BAD_RESPONSE',
      1,
    ],
    [
      'with HTML of a proxy that has lost it',
      (stream) => {
        stream.respond({ ':status': 503, 'content-type': 'text/html' });
        stream.end('<html>no</html>');
      },
      'UPSTREAM_UNAVAILABLE',
      2,
    ],
    [
      'with HTML of a proxy that does not know it',
      (stream) => {
        stream.respond({ ':status': 404, 'content-type': 'text/html' });
        stream.end('<html>no</html>');
      },
      'UPSTREAM_ERROR',
      1,
    ],
    [
      'with two answers',
      (stream) =>
        answer(stream, [framed(Buffer.from([0x0a, 0x00])), framed(Buffer.from([0x0a, 0x00]))], { 'grpc-status': '0' }),
      'UPSTREAM_BAD_RESPONSE',
      1,
    ],
    ['with none', (stream) => answer(stream, [], { 'grpc-status': '0' }), 'UPSTREAM_BAD_RESPONSE', 1],
    ['with no status', (stream) => answer(stream, [framed(Buffer.from([0x0a, 0x00]))], {}), 'UPSTREAM_BAD_RESPONSE', 1],
    ['with a status that there is none', (stream) => answer(stream, [], { 'grpc-status': '77' }), 'UPSTREAM_ERROR', 1],
    [
      'with a length of 4 GB',
      (stream) => answer(stream, [Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1])], { 'grpc-status': '0' }),
      'UPSTREAM_BAD_RESPONSE',
      1,
    ],
    [
      'with a message that ends too soon',
      (stream) => answer(stream, [Buffer.from([0, 0, 0, 0, 9, 1])], { 'grpc-status': '0' }),
      'UPSTREAM_BAD_RESPONSE',
      1,
    ],
    [
      'by resetting the stream',
      (stream) => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR),
      'UPSTREAM_UNAVAILABLE',
      2,
    ],
    ['by cancelling it', (stream) => stream.close(http2.constants.NGHTTP2_CANCEL), 'UPSTREAM_UNAVAILABLE', 2],
    ['by closing it without a word', (stream) => stream.close(), 'UPSTREAM_BAD_RESPONSE', 1],
    ['by ending the connection', (stream) => stream.session?.destroy(), 'UPSTREAM_UNAVAILABLE', 2],
    ['by saying nothing', () => {}, 'UPSTREAM_TIMEOUT', 1],
  ])('%s is an error at the field', async (_, behave, code, calls) => {
    expect(await askLiar(behave)).toMatchObject({ errors: [`${code} at item`], calls });
  });
});
