import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_WEB_SOCKET } from '../../src/config/web-socket.ts';
import { listeningEdge } from './test-edge.ts';

const upgrade = (path: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    'host: gateway',
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol: graphql-transport-ws',
    '',
    '',
  ].join('\r\n');

describe('a connection that is refused', () => {
  it.each([
    ['for its path', 404, upgrade('/nowhere')],
    ['for the connections there are', 503, upgrade('/graphql')],
    ['for what is no HTTP', 400, 'no HTTP at all\r\n\r\n'],
  ])('is closed, %s, also where its client stays', async (_, status, asked) => {
    const { url } = await listeningEdge({ webSocket: { ...DEFAULT_WEB_SOCKET, connections: 0 } });
    const { hostname, port } = new URL(url);
    const client = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const errors: Error[] = [];
    client.on('error', (error) => errors.push(error));
    onTestFinished(() => void client.destroy());
    client.write(asked);
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    client.resume();
    // What is written to a connection that is there no more is refused.
    await expect
      .poll(
        () => {
          client.write('.');
          return errors.length;
        },
        { interval: 100, timeout: 5000 },
      )
      .toBeGreaterThan(0);
  });
});
