import type { ServerResponse } from 'node:http';
import { createClient, type Client } from 'graphql-ws';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { ConfigInput } from '../../src/config/schema.ts';
import { startTestServer } from '../sources/http/test-server.ts';
import { openTestGateway } from './test-gateway.ts';

const sdl = 'type Query { a: Int } type Subscription { ticks: Int }';

/** A service that streams what the test writes, and a gateway whose clients are connected by WebSocket. */
async function openTicks(config: Partial<ConfigInput> = {}) {
  const streams = new Set<ServerResponse>();
  const service = await startTestServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    streams.add(response);
    response.on('close', () => streams.delete(response));
  });
  const { listen, reload, logged } = await openTestGateway({ subgraphs: { ticks: { sdl, url: service.url } }, config });
  const url = (await listen()).replace('http', 'ws');
  const subscribe = (count: number, queryOf: (n: number) => string = () => 'subscription { ticks }') => {
    const client: Client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
    onTestFinished(() => void client.dispose());
    return Array.from({ length: count }, (_, n) => {
      const seen: unknown[] = [];
      const over = new Promise<unknown>((resolve) => {
        client.subscribe(
          { query: queryOf(n) },
          { next: (result) => seen.push(result), error: resolve, complete: () => resolve('complete') },
        );
      });
      return { seen, over };
    });
  };
  const write = (text: string): void => {
    for (const stream of streams) stream.write(text);
  };
  return { ...service, streams, subscribe, write, reload, logged };
}

const tick = (n: number): string => `event: next\ndata: {"data":{"ticks":${n}}}\n\n`;

it('ends all subscribers of a service that dies with an error where it is not to be opened again, leaves nothing open, and serves the next ones', async () => {
  const { streams, sockets, subscribe, write } = await openTicks({
    traffic: { all: { subscriptions: { reopen: false } } },
  });
  const clients = [...subscribe(50), ...subscribe(50)];
  await expect.poll(() => streams.size).toBe(1);
  write(tick(1));
  await expect.poll(() => clients.every(({ seen }) => seen.length === 1)).toBe(true);
  for (const socket of sockets) socket.destroy();
  const ends = await Promise.all(clients.map(({ over }) => over));
  expect(new Set(ends)).toEqual(new Set(['complete']));
  for (const { seen } of clients)
    expect(seen).toMatchObject([
      { data: { ticks: 1 } },
      { data: { ticks: null }, errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] },
    ]);
  await expect.poll(() => sockets.size).toBe(0);
  const [next] = subscribe(1);
  await expect.poll(() => streams.size).toBe(1);
  write(tick(2));
  await expect.poll(() => next?.seen).toEqual([{ data: { ticks: 2 } }]);
});

it('gives all subscribers of a service that comes back one stream again, and tells each that events may be lost, and the log once', async () => {
  const { streams, sockets, subscribe, write, logged } = await openTicks();
  const clients = subscribe(100);
  await expect.poll(() => streams.size).toBe(1);
  write(tick(1));
  await expect.poll(() => clients.every(({ seen }) => seen.length === 1)).toBe(true);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => clients.every(({ seen }) => seen.length === 2)).toBe(true);
  expect(streams.size).toBe(1);
  write(tick(2));
  await expect.poll(() => clients.every(({ seen }) => seen.length === 3)).toBe(true);
  const lost = { message: 'Events of the subscription may have been missed.', path: ['ticks'] };
  const extensions = { code: 'UPSTREAM_UNAVAILABLE', service: 'ticks', reason: 'EVENTS_LOST' };
  for (const { seen } of clients)
    expect(seen).toEqual([
      { data: { ticks: 1 } },
      { data: { ticks: null }, errors: [{ ...lost, extensions }] },
      { data: { ticks: 2 } },
    ]);
  expect(logged.map(({ message }) => message)).toEqual([
    'A stream of a service broke, and is opened again',
    'No stream of the service is broken any more',
  ]);
});

it('opens as many streams as there are different subscriptions', async () => {
  const { streams, subscribe } = await openTicks();
  for (const half of ['a', 'b']) subscribe(75, (n) => `subscription { ${half}${n}: ticks }`);
  await expect.poll(() => streams.size).toBe(150);
});

it('goes on after an event that cannot be used', async () => {
  const { streams, subscribe, write } = await openTicks();
  const [client] = subscribe(1);
  await expect.poll(() => streams.size).toBe(1);
  write('event: next\ndata: {broken\n\n');
  write('event: next\ndata: {"data":{"ticks":"text"}}\n\n');
  write(tick(3));
  await expect.poll(() => client?.seen.length).toBe(3);
  expect(client?.seen).toMatchObject([
    { data: { ticks: null }, errors: [{ path: ['ticks'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }] },
    { data: { ticks: null }, errors: [{ path: ['ticks'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }] },
    { data: { ticks: 3 } },
  ]);
});

it('tells clients to subscribe again when a second new graph takes the place of the first', async () => {
  const { streams, subscribe, reload } = await openTicks();
  const [client] = subscribe(1);
  await expect.poll(() => streams.size).toBe(1);
  const next = (name: string) => reload({ subgraphs: { [name]: { sdl, url: 'http://127.0.0.1:1' } } });
  await next('second');
  await next('third');
  expect(await client?.over).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_INTERRUPTED' } }]);
  await expect.poll(() => streams.size).toBe(0);
});
