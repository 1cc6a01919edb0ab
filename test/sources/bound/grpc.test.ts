import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Metadata, ServerCredentials, status } from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GatewayError } from '../../../src/errors/gateway-error.ts';
import { createTestContext } from '../http/test-context.ts';
import { plain } from './bound-subgraph.ts';
import { startStock, stockAt, type StockCall, stockSdl } from './stock-service.ts';

describe('a unary call', () => {
  it('sends arguments by name and gives what is selected of the answer', async () => {
    const { url, log } = await startStock({
      get: (_, answer) =>
        answer(null, { sku: 'A', inStock: 3, sold: '12', shelf: { code: 'S1' }, tags: ['x'], grade: 'GOOD' }),
    });
    const { data, errors } = await stockAt(url).run(
      '{ item(sku: "A") { sku inStock sold shelf { code } tags grade } }',
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      item: { sku: 'A', inStock: 3, sold: 12, shelf: { code: 'S1' }, tags: ['x'], grade: 'GOOD' },
    });
    expect(log).toEqual([{ sku: 'A' }]);
  });

  it('sends input objects, and leaves out what is null', async () => {
    const { url, log } = await startStock({ move: (_, answer) => answer(null, { sku: 'A' }) });
    await stockAt(url).run('mutation ($x: Extra) { move(sku: "A", targetShelf: null, extra: $x) { sku } }', {
      x: { itemCount: 2, notes: ['n'] },
    });
    expect(log).toEqual([{ sku: 'A', targetShelf: '', extra: { itemCount: 2, notes: ['n'] } }]);
  });

  it('names things as the service does where the schema says so', async () => {
    const snake = `extend schema @source(naming: SNAKE_CASE) ${stockSdl}`;
    const { url, log } = await startStock(
      { move: (_, answer) => answer(null, { sku: 'A', in_stock: 4 }) },
      { text: snake },
    );
    const { data } = await stockAt(url, {}, snake).run(
      'mutation { move(sku: "A", targetShelf: "S2", extra: { itemCount: 2 }) { inStock } }',
    );
    expect(data).toEqual({ move: { inStock: 4 } });
    expect(log).toEqual([{ sku: 'A', target_shelf: 'S2', extra: { item_count: 2, notes: [] } }]);
  });

  it('bears the caller’s headers as metadata, and its deadline', async () => {
    const seen = Promise.withResolvers<StockCall>();
    const { url } = await startStock({
      get: (call, answer) => {
        seen.resolve(call);
        answer(null, { sku: 'A' });
      },
    });
    await stockAt(url, { headers: { 'X-User-Id': 'u7', 'x-name': 'Zoë', 'x-trace-bin': 'AP8=' } }).run(
      '{ item(sku: "A") { sku } }',
    );
    const call = await seen.promise;
    expect(call.metadata.getMap()).toMatchObject({
      'x-user-id': 'u7',
      'x-name': 'Zo%C3%AB',
      'x-trace-bin': Buffer.from([0, 255]),
    });
    expect(call.getDeadline()).not.toBe(Infinity);
  });

  it('fetches entities in batches, matched by key', async () => {
    const { url, log } = await startStock({
      batchGet: (call, answer) => {
        const { skus } = call.request as { skus: string[] };
        answer(null, {
          items: skus
            .filter((sku) => sku !== 'Z')
            .map((sku) => ({ sku, inStock: sku.length }))
            .toReversed(),
        });
      },
    });
    const r = ['A', 'BB', 'Z'].map((sku) => ({ __typename: 'Item', sku }));
    const operation = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Item { inStock } } }';
    expect((await stockAt(url).run(operation, { r })).data).toEqual({
      _entities: [{ inStock: 1 }, { inStock: 2 }, null],
    });
    expect(log).toEqual([{ skus: ['A', 'BB'] }, { skus: ['Z'] }]);
  });
});

describe('a status', () => {
  it.each([
    [status.INVALID_ARGUMENT, 'BAD_USER_INPUT', 1],
    [status.PERMISSION_DENIED, 'FORBIDDEN', 1],
    [status.UNAUTHENTICATED, 'UNAUTHENTICATED', 1],
    [status.UNAVAILABLE, 'UPSTREAM_UNAVAILABLE', 3],
    [status.DEADLINE_EXCEEDED, 'UPSTREAM_TIMEOUT', 3],
    [status.RESOURCE_EXHAUSTED, 'UPSTREAM_UNAVAILABLE', 1],
    [status.INTERNAL, 'UPSTREAM_ERROR', 1],
    [status.UNIMPLEMENTED, 'UPSTREAM_ERROR', 1],
  ])('%i is %s after %i attempts', async (code, expected, attempts) => {
    const { url, log } = await startStock({ get: (_, answer) => answer({ code, details: 'db1 is down' }) });
    const { errors, raw } = await stockAt(url, { traffic: { retry: { attempts: 2, backoffMs: 0 } } }).run(
      '{ item(sku: "A") { sku } }',
    );
    expect(errors).toEqual([`${expected} at item`]);
    expect(raw[0]?.message).not.toContain('db1');
    expect(raw[0]?.detail).toContain('db1 is down');
    expect(log).toHaveLength(attempts);
  });

  it('NOT_FOUND is null', async () => {
    const { url } = await startStock({ get: (_, answer) => answer({ code: status.NOT_FOUND }) });
    expect(await stockAt(url).run('{ item(sku: "A") { sku } }')).toMatchObject({ data: { item: null }, errors: [] });
  });

  it('is waited for as the service asks', async () => {
    const metadata = new Metadata();
    metadata.set('grpc-retry-pushback-ms', '1');
    const { url, log } = await startStock({
      get: (_, answer) =>
        log.length < 2 ? answer({ code: status.RESOURCE_EXHAUSTED, metadata }) : answer(null, { sku: 'A' }),
    });
    const { data } = await stockAt(url, { traffic: { retry: { attempts: 2 } } }).run('{ item(sku: "A") { sku } }');
    expect(data).toEqual({ item: { sku: 'A' } });
  });
});

describe('a service in trouble', () => {
  it('gone: nothing was sent, so that even a mutation may be sent again', async () => {
    const { url, server } = await startStock({});
    server.forceShutdown();
    const { errors, raw } = await stockAt(url).run('mutation { move(sku: "A") { sku } }');
    expect(errors).toEqual(['UPSTREAM_UNAVAILABLE at move']);
    expect(raw[0]).toMatchObject({ retry: 'not-sent', service: 'shop' });
    expect(raw[0]?.message).not.toContain('127.0.0.1');
    expect(raw[0]?.detail).toMatch(/^gRPC UNAVAILABLE: connect ECONNREFUSED \S+$/);
  });

  it('gone behind the service, which says so in the same words: a mutation is not sent again', async () => {
    const { url, log } = await startStock({
      move: (_, answer) => answer({ code: status.UNAVAILABLE, details: 'No connection established. Last error: db1' }),
    });
    const { raw } = await stockAt(url, { traffic: { retry: { attempts: 2, backoffMs: 0 } } }).run(
      'mutation { move(sku: "A") { sku } }',
    );
    expect(raw[0]).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'may-retry' });
    expect(log).toHaveLength(1);
  });

  it('slow: the call ends in a time-out and is cancelled at the service', async () => {
    const cancelled = Promise.withResolvers<void>();
    const { url } = await startStock({ get: (call) => void call.on('cancelled', () => cancelled.resolve()) });
    const { errors } = await stockAt(url, { traffic: { timeoutMs: 1000 } }).run('{ item(sku: "A") { sku } }');
    expect(errors).toEqual(['UPSTREAM_TIMEOUT at item']);
    await cancelled.promise;
  });

  it('left by the client: the call is cancelled at the service', async () => {
    const arrived = Promise.withResolvers<StockCall>();
    const { url } = await startStock({ get: (call) => arrived.resolve(call) });
    const context = createTestContext();
    const answer = stockAt(url).run('{ item(sku: "A") { sku } }', {}, context);
    const call = await arrived.promise;
    const cancelled = new Promise((resolve) => call.on('cancelled', resolve));
    context.cancellation.cancel(new Error('gone'));
    await cancelled;
    expect((await answer).data).toEqual({ item: null });
  });

  it('huge: a message of more than 10 MB is not used', async () => {
    const { url } = await startStock({ get: (_, answer) => answer(null, { sku: 'x'.repeat(11_000_000) }) });
    expect((await stockAt(url).run('{ item(sku: "A") { sku } }')).errors).toEqual(['UPSTREAM_BAD_RESPONSE at item']);
  });

  it('lying: what is no gRPC at all is an error at its field', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { data, errors } = await stockAt(`grpc://127.0.0.1:${port}`, { traffic: { timeoutMs: 500 } }).run(
      '{ item(sku: "A") { sku } }',
    );
    expect(data).toEqual({ item: null });
    expect(errors).toEqual([expect.stringMatching(/^UPSTREAM_\w+ at item$/)]);
  });

  it('mute: what answers no greeting is not reached, within a second, and a stream does not wait for ever', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => void sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const stock = stockAt(`grpcs://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      traffic: { timeoutMs: 30_000, retry: { attempts: 0 } },
    });
    const { errors, raw } = await stock.run('mutation { move(sku: "A") { sku } }');
    expect(errors).toEqual(['UPSTREAM_UNAVAILABLE at move']);
    expect(raw[0]).toMatchObject({ retry: 'not-sent', retryCause: 'CONNECT' });
    const context = createTestContext({ deadlineMs: Infinity });
    const events = stock.subscribe('subscription { watched(sku: "A") { sku } }', {}, context)[Symbol.asyncIterator]();
    expect(await events.next().catch((thrown: unknown) => thrown)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('restarting its connections: calls go on over the next one', async () => {
    const { url } = await startStock(
      { get: (_, answer) => void setTimeout(() => answer(null, { sku: 'A' }), 5) },
      { options: { 'grpc.max_connection_age_ms': 100, 'grpc.max_connection_age_grace_ms': 2000 } },
    );
    const stock = stockAt(url, { traffic: { retry: { attempts: 0 } } });
    const end = performance.now() + 800;
    const failed: string[] = [];
    while (performance.now() < end) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => stock.run('{ item(sku: "A") { sku } }')));
      failed.push(...answers.flatMap(({ raw }) => raw.map((e) => `${e.code} ${e.retry} ${e.detail}`)));
    }
    expect(failed).toEqual([]);
  });

  it('back again: it is asked again without a restart', async () => {
    const first = await startStock({});
    first.server.forceShutdown();
    const stock = stockAt(first.url, { traffic: { retry: { attempts: 10, backoffMs: 400 }, timeoutMs: 5000 } });
    const answer = stock.run('{ item(sku: "A") { sku } }');
    const second = await startStock({ get: (_, respond) => respond(null, { sku: 'A' }) });
    await new Promise((resolve, reject) => {
      second.server.bindAsync(`127.0.0.1:${first.port}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(null),
      );
    });
    expect((await answer).data).toEqual({ item: { sku: 'A' } });
  });
});

describe('a server stream', () => {
  const operation = 'subscription { watched(sku: "A") { sku inStock } }';

  it('gives an answer for each message, and ends with the stream', async () => {
    const { url } = await startStock({
      watch: (call) => {
        for (const inStock of [1, 2, 3]) call.write({ sku: 'A', inStock });
        call.end();
      },
    });
    const seen: unknown[] = [];
    for await (const event of stockAt(url).subscribe(operation)) seen.push(plain(event).data);
    expect(seen).toEqual([1, 2, 3].map((inStock) => ({ watched: { sku: 'A', inStock } })));
  });

  it('ends in an error when it breaks', async () => {
    const { url } = await startStock({
      watch: (call) => {
        call.write({ sku: 'A', inStock: 1 });
        call.emit('error', Object.assign(new Error('broken'), { code: status.UNAVAILABLE, details: 'broken' }));
      },
    });
    const events = stockAt(url).subscribe(operation)[Symbol.asyncIterator]();
    expect((await events.next()).done).toBe(false);
    const error = await events.next().catch((thrown: unknown) => thrown as GatewayError);
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', service: 'shop' });
  });

  it('is ended at the service when the client goes away', async () => {
    const cancelled = Promise.withResolvers<void>();
    const { url } = await startStock({
      watch: (call) => {
        call.on('cancelled', () => cancelled.resolve());
        call.write({ sku: 'A', inStock: 1 });
      },
    });
    const context = createTestContext({ deadlineMs: Infinity });
    const events = stockAt(url).subscribe(operation, {}, context)[Symbol.asyncIterator]();
    await events.next();
    context.cancellation.cancel(new Error('gone'));
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await cancelled.promise;
  });

  it('is ended at the service when its reader stops', async () => {
    const cancelled = Promise.withResolvers<void>();
    const { url } = await startStock({
      watch: (call) => {
        call.on('cancelled', () => cancelled.resolve());
        call.write({ sku: 'A', inStock: 1 });
      },
    });
    for await (const _ of stockAt(url).subscribe(operation)) break;
    await cancelled.promise;
  });
});
