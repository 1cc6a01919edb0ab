import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { listeningEdge, post } from '../edge/test-edge.ts';
import { startTestServer } from '../sources/http/test-server.ts';
import { openTestGateway, postOf } from './test-gateway.ts';

describe('listen.streams', () => {
  it('bounds the event streams that are open, and asks no service for a further one', async () => {
    const service = await startTestServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const sdl = 'type Query { a: Int } type Subscription { ticks(n: Int): Int }';
    const { listen } = await openTestGateway({
      subgraphs: { ticks: { sdl, url: service.url } },
      config: { listen: { port: 0, streams: 2 } },
    });
    const url = await listen();
    const open = async (n: unknown, accept: string) => {
      const leaving = new AbortController();
      onTestFinished(() => leaving.abort());
      const body = postOf({ query: 'subscription ($n: Int) { ticks(n: $n) }', variables: { n } }, { accept });
      const response = await fetch(url, { ...body, signal: leaving.signal });
      return { response, leave: () => leaving.abort() };
    };
    const [events, multipart] = ['text/event-stream', 'multipart/mixed, application/json'] as const;
    // Refused for its variables: it takes no stream's place.
    for (const accept of [events, multipart]) expect(await (await open('x', accept)).response.text()).toContain('$n');
    const first = await open(1, events);
    await open(2, multipart);
    await expect.poll(() => service.received.length).toBe(2);
    for (const accept of [events, multipart]) {
      const { response } = await open(3, accept);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_CONNECTIONS' } }] });
    }
    expect(service.received.length).toBe(2);
    first.leave();
    await expect.poll(async () => (await open(4, events)).response.status).toBe(200);
  });
});

describe('listen.webSocket', () => {
  const open = async (url: string) => {
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    onTestFinished(() => socket.terminate());
    const status = await new Promise<number>((resolve) => {
      socket.on('open', () => resolve(101));
      socket.on('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode));
      socket.on('error', () => {});
    });
    return { socket, status };
  };
  const sdl = 'type Query { a: Int }';

  it.each([
    ['connections', { connections: 2 }],
    ['connectionsPerAddress', { connectionsPerAddress: 2 }],
  ])('bounds the %s that are open', async (_, webSocket) => {
    const { listen } = await openTestGateway({
      subgraphs: { a: { sdl, url: 'http://127.0.0.1:9' } },
      config: { listen: { port: 0, webSocket } },
    });
    const url = await listen();
    const first = await open(url);
    expect([first.status, (await open(url)).status, (await open(url)).status]).toEqual([101, 101, 503]);
    first.socket.terminate();
    await expect.poll(async () => (await open(url)).status).toBe(101);
  });
});

describe('listen.unreadBytes', () => {
  const json = JSON.stringify({ query: '{ big }' });
  const headed = (line: string, ...headers: string[]): string =>
    [line, 'host: gateway', ...headers, '', ''].join('\r\n');
  const posted = (accept: string): string =>
    headed(
      'POST /graphql HTTP/1.1',
      `accept: ${accept}`,
      'content-type: application/json',
      `content-length: ${json.length}`,
    ) + json;

  it.each([
    ['JSON', posted('application/json')],
    ['an event stream of one', posted('text/event-stream')],
    [
      'by GET',
      headed('GET /graphql?query=%7B%20big%20%7D HTTP/1.1', 'accept: application/json', 'x-requested-with: a'),
    ],
  ])('bounds what waits unread, as %s: others are refused, but for probes, until it is gone', async (_, asked) => {
    const big = 'x'.repeat(30_000_000);
    const { url } = await listeningEdge({
      unreadBytes: 1_000_000,
      handle: async ({ query }) => {
        const result = { data: { text: query === '{ big }' ? big : 'small' } };
        return { kind: 'single', result, status: 200, alwaysStatus: false };
      },
    });
    const { hostname, port } = new URL(url);
    const client = connect({ host: hostname, port: Number(port) }).pause();
    onTestFinished(() => void client.destroy());
    client.write(asked);
    const ask = async (accept: string) => fetch(`${url}/graphql`, post({ query: '{ small }' }, { accept }));
    await expect.poll(async () => (await ask('application/json')).status).toBe(503);
    const refused = await ask('text/event-stream');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    client.destroy();
    await expect.poll(async () => (await ask('application/json')).status).toBe(200);
  });
});
