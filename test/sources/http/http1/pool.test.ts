import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GatewayError } from '../../../../src/errors/gateway-error.ts';
import { Cancellation } from '../../../../src/model/cancellation.ts';
import { Pool } from '../../../../src/sources/http/http1/pool.ts';

type Script = (socket: Socket, count: { readonly request: number; readonly connection: number }) => void;

/** A server that says what a test wants it to say, byte by byte, and a pool of connections to it. */
async function rawService(script: Script, { connections = 2, connectMs = 1000 } = {}) {
  const counts = { requests: 0, connections: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    counts.connections += 1;
    const connection = counts.connections;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', () => {
      counts.requests += 1;
      script(socket, { request: counts.requests, connection });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pool = new Pool({
    address: { host: '127.0.0.1', port },
    connections,
    connectMs,
    bodyIdleMs: 1000,
    keepAliveMs: 1000,
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await pool.close();
  });
  const send = (isRepeatable = false, cancellation = new Cancellation()) =>
    pool.send({ service: 'raw', text: 'GET / HTTP/1.1\r\nhost: raw\r\n\r\n', isRepeatable }, cancellation);
  return { send, pool, counts, sockets, server };
}

const answer = (body: string, headers = '') =>
  `HTTP/1.1 200 OK\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: GatewayError) => `${error.code} ${error.retry} ${error.service}`,
  );

describe('a pool of connections', () => {
  it('does not take the body of an answer that can have none for the next answer', async () => {
    const { send, counts } = await rawService((socket, { request }) => {
      if (request > 1) return void socket.write(answer('mine'));
      socket.write('HTTP/1.1 204 No Content\r\ncontent-length: 45\r\n\r\n');
      setImmediate(() => socket.write(answer('forged')));
    });
    expect((await send()).status).toBe(204);
    expect((await send()).body).toBe('mine');
    expect(counts.connections).toBe(2);
  });

  it('sends one request after another on one connection', async () => {
    const { send, counts } = await rawService((socket, { request }) => socket.write(answer(`${request}`)));
    const bodies: string[] = [];
    for (let count = 0; count < 5; count += 1) bodies.push((await send()).body);
    expect(bodies).toEqual(['1', '2', '3', '4', '5']);
    expect(counts.connections).toBe(1);
  });

  it('opens no more connections than it may, and serves those that wait in their order', async () => {
    const { send, counts } = await rawService((socket, { request }) => {
      setTimeout(() => socket.write(answer(`${request}`)), 5);
    });
    const bodies = await Promise.all(Array.from({ length: 9 }, async () => (await send()).body));
    expect(bodies.toSorted()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(bodies.slice(2)).toEqual(bodies.slice(2).toSorted((left, right) => Number(left) - Number(right)));
    expect(counts.connections).toBe(2);
  });

  it('gives each request its own answer when they come cut up and at once', async () => {
    const { send } = await rawService(
      (socket, { request }) => {
        const text = answer(`${request}`.repeat(30_000));
        for (let at = 0; at < text.length; at += 9973) setImmediate(() => socket.write(text.slice(at, at + 9973)));
      },
      { connections: 4 },
    );
    const bodies = await Promise.all(Array.from({ length: 9 }, async () => (await send()).body));
    expect(new Set(bodies.map((body) => `${body[0]} ${new Set(body).size} ${body.length}`))).toHaveLength(9);
  });

  it('reads a body that ends with the connection', async () => {
    const { send, counts } = await rawService((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nthe end'));
    expect((await send()).body).toBe('the end');
    expect((await send()).body).toBe('the end');
    expect(counts.connections).toBe(2);
  });

  it('inflates, and goes on with the connection', async () => {
    const body = gzipSync('x'.repeat(500_000));
    const { send, counts } = await rawService((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    expect((await send()).body).toHaveLength(500_000);
    expect((await send()).body).toHaveLength(500_000);
    expect(counts.connections).toBe(1);
  });

  it('reads characters that are cut in two', async () => {
    const { send } = await rawService((socket) => {
      const bytes = Buffer.from(answer('"ë☃"'));
      socket.write(bytes.subarray(0, -4));
      setTimeout(() => socket.write(bytes.subarray(-4)), 5);
    });
    expect((await send()).body).toBe('"ë☃"');
  });
});

describe('a service that does not keep to HTTP', () => {
  it('has its connection closed when it says more than was asked for', async () => {
    const { send, counts } = await rawService((socket) => socket.write(answer('mine') + answer('not asked for')));
    expect((await send()).body).toBe('mine');
    expect((await send()).body).toBe('mine');
    expect(counts.connections).toBe(2);
  });

  it('has its connection closed when it speaks without being asked', async () => {
    const { send, counts, sockets } = await rawService((socket) => {
      socket.write(answer('mine'));
      setTimeout(() => socket.write(answer('poison')), 5);
    });
    expect((await send()).body).toBe('mine');
    await vi.waitFor(() => expect(sockets.size).toBe(0));
    expect((await send()).body).toBe('mine');
    expect(counts.connections).toBe(2);
  });

  it('is not read beyond 10 MB, whatever length it says', async () => {
    const { send } = await rawService((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n'));
    expect(await codeOf(send())).toBe('UPSTREAM_BAD_RESPONSE final raw');
  });

  it.each([
    ['in the head', 'HTTP/1.1 200', 'UPSTREAM_UNAVAILABLE may-retry raw'],
    ['before the head', '', 'UPSTREAM_UNAVAILABLE may-retry raw'],
    ['in the body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', 'UPSTREAM_BAD_RESPONSE final raw'],
    ['in a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf', 'UPSTREAM_BAD_RESPONSE final raw'],
  ])('breaks off %s', async (_, text, outcome) => {
    const { send } = await rawService((socket) => socket.end(text));
    expect(await codeOf(send(true))).toBe(outcome);
  });

  it('is timed out when its body stands still', async () => {
    const { send, sockets } = await rawService((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n'),
    );
    expect(await codeOf(send())).toBe('UPSTREAM_TIMEOUT may-retry raw');
    await vi.waitFor(() => expect(sockets.size).toBe(0));
  });
});

describe('a kept-alive connection that has died', () => {
  const dyingSecond: Script = (socket, { request }) => {
    if (request === 2) socket.destroy();
    else socket.write(answer('fine'));
  };

  it('is replaced, unseen, for what may be sent twice', async () => {
    const { send, counts } = await rawService(dyingSecond);
    await send(true);
    expect((await send(true)).body).toBe('fine');
    expect(counts).toEqual({ requests: 3, connections: 2 });
  });

  it('fails what may not be sent twice', async () => {
    const { send, counts } = await rawService(dyingSecond);
    await send(false);
    expect(await codeOf(send(false))).toBe('UPSTREAM_UNAVAILABLE may-retry raw');
    expect(counts.requests).toBe(2);
  });

  it('is replaced only once', async () => {
    const { send, counts } = await rawService((socket, { request }) => {
      if (request > 1) socket.destroy();
      else socket.write(answer('fine'));
    });
    await send(true);
    expect(await codeOf(send(true))).toBe('UPSTREAM_UNAVAILABLE may-retry raw');
    expect(counts.requests).toBe(3);
  });

  it('is closed before the service does so by its own word', async () => {
    const { send, sockets } = await rawService((socket) => socket.write(answer('', 'keep-alive: timeout=1\r\n')));
    await send();
    await vi.waitFor(() => expect(sockets.size).toBe(0), 200);
  });

  it('is closed when it has nothing to do for long', async () => {
    const { send, sockets } = await rawService((socket) => socket.write(answer('')));
    await send();
    await vi.waitFor(() => expect(sockets.size).toBe(0), 3000);
  });
});

describe('a request that nobody waits for any more', () => {
  it('has its connection closed', async () => {
    const cancellation = new Cancellation();
    const { send, sockets } = await rawService(() => cancellation.cancel(new Error('gone')));
    expect(await codeOf(send(true, cancellation))).toMatch(/^UPSTREAM_UNAVAILABLE/);
    await vi.waitFor(() => expect(sockets.size).toBe(0));
  });

  it('is never sent when it still waited', async () => {
    const held = Promise.withResolvers<Socket>();
    const { send, counts } = await rawService((socket) => held.resolve(socket), { connections: 1 });
    const first = send();
    const socket = await held.promise;
    const cancellation = new Cancellation();
    const waiting = send(true, cancellation);
    const last = send();
    cancellation.cancel(new Error('gone'));
    await expect(waiting).rejects.toMatchObject({ service: 'raw' });
    socket.write(answer('first'));
    expect((await first).body).toBe('first');
    await vi.waitFor(() => expect(counts.requests).toBe(2));
    socket.write(answer('last'));
    expect((await last).body).toBe('last');
    expect(counts.requests).toBe(2);
  });

  it('is not sent at all when it was cancelled before', async () => {
    const { send, counts } = await rawService((socket) => socket.write(answer('')));
    const cancellation = new Cancellation();
    cancellation.cancel(new Error('gone'));
    await expect(send(true, cancellation)).rejects.toMatchObject({ service: 'raw' });
    expect(counts.connections).toBe(0);
  });
});

describe('a service that is not there', () => {
  it('fails each request by itself, those that had to wait too', async () => {
    const { send, server, pool } = await rawService(() => {});
    await new Promise((resolve) => server.close(resolve));
    const codes = await Promise.all(Array.from({ length: 7 }, () => codeOf(send(true))));
    expect(new Set(codes)).toEqual(new Set(['UPSTREAM_UNAVAILABLE not-sent raw']));
    await pool.close();
  });

  it('fails requests when the connection takes too long', async () => {
    const address = { host: 'never.found', port: 9, lookup: () => undefined };
    const pool = new Pool({
      address,
      connections: 1,
      connectMs: 30,
      bodyIdleMs: 1000,
      keepAliveMs: 1000,
    });
    const cancellation = new Cancellation();
    const sent = pool.send({ service: 'raw', text: 'x', isRepeatable: true }, cancellation);
    expect(await codeOf(sent)).toBe('UPSTREAM_UNAVAILABLE not-sent raw');
    await pool.close();
  });
});

describe('a pool that is closed', () => {
  it('ends when its requests have, and takes no more', async () => {
    const held = Promise.withResolvers<Socket>();
    const { send, pool, sockets } = await rawService((socket) => held.resolve(socket));
    const sent = send();
    const socket = await held.promise;
    const closing = pool.close();
    expect(await codeOf(send())).toBe('UPSTREAM_UNAVAILABLE not-sent raw');
    socket.write(answer('late'));
    expect((await sent).body).toBe('late');
    await closing;
    await vi.waitFor(() => expect(sockets.size).toBe(0));
  });
});
