import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { DEFAULT_WEB_SOCKET } from '../../src/config/web-socket.ts';
import { listeningEdge } from './test-edge.ts';

const HANDSHAKE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'MDEyMzQ1Njc4OWFiY2RlZg==',
  'Sec-WebSocket-Protocol': 'graphql-transport-ws',
};

/** What a socket is answered to bytes, and to more of them after the first answer, until it is closed. */
async function answerTo(url: string, first: string, then?: Buffer): Promise<string> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  let answer = '';
  socket.on('error', () => {});
  socket.write(first);
  socket.on('data', (data: Buffer) => {
    if (answer === '' && then !== undefined) socket.write(then);
    answer += data.toString('latin1');
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

function upgrade(
  url: string,
  changes: Record<string, string | undefined> = {},
  line = 'GET /graphql HTTP/1.1',
): string {
  const headers = Object.entries({ Host: new URL(url).host, ...HANDSHAKE, ...changes });
  const lines = headers.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${line}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

const anyMessage = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record(
      {
        id: fc.oneof(fc.constantFrom('a', 'b', '', '__proto__'), fc.jsonValue()),
        type: fc.constantFrom('connection_init', 'subscribe', 'complete', 'ping', 'pong', 'next', '__proto__'),
        payload: fc.oneof(
          fc.jsonValue(),
          fc.record({
            query: fc.constantFrom('{ greeting }', 'subscription { ticks(to: 2) }', '{', 'mutation { count }'),
            variables: fc.jsonValue(),
            extensions: fc.jsonValue(),
          }),
          fc.record({ headers: fc.jsonValue(), authorization: fc.jsonValue() }),
        ),
      },
      { requiredKeys: ['type'] },
    )
    .map((message) => JSON.stringify(message)),
);

describe('a hostile client of WebSockets', () => {
  it('is served or closed by the protocol’s codes, whatever it says', async () => {
    const { url, logged } = await listeningEdge();
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { maxLength: 12 }), fc.boolean(), async (messages, begins) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
        const closed = new Promise<number>((resolve) => socket.once('close', resolve));
        await new Promise((resolve) => socket.once('open', resolve));
        if (begins) socket.send('{"type":"connection_init"}');
        for (const message of messages) socket.send(message);
        socket.close(1000);
        expect([1000, 4400, 4401, 4409, 4429]).toContain(await closed);
      }),
      { numRuns: 200 },
    );
    expect(logged).toEqual([]);
    expect((await fetch(`${url}/graphql?query={greeting}`)).status).toBe(200);
  });

  it.each([
    ['without a key', { 'Sec-WebSocket-Key': undefined }, undefined, /^HTTP\/1.1 400 /],
    ['of another version', { 'Sec-WebSocket-Version': '7' }, undefined, /^HTTP\/1.1 (400|426) /],
    ['by POST', { 'Content-Length': '0' }, 'POST /graphql HTTP/1.1', /^HTTP\/1.1 405 /],
    ['with a protocol that is none', { 'Sec-WebSocket-Protocol': 'a,,b' }, undefined, /^HTTP\/1.1 400 /],
    ['for a path with a fragment of another', {}, 'GET /graphql/../health HTTP/1.1', /^HTTP\/1.1 404 |^$/],
    ['of an origin that is no URL', { Origin: 'null' }, undefined, /^HTTP\/1.1 403 /],
  ])('is refused a handshake %s', async (_, changes, line, status) => {
    const { url } = await listeningEdge();
    expect(await answerTo(url, upgrade(url, changes, line))).toMatch(status);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it.each([
    ['a frame without a mask', Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
    ['an unknown opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
    ['a frame of 2^62 bytes', Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['text that is not UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n')],
  ])('is cut for %s', async (_, bytes) => {
    const { url, logged } = await listeningEdge();
    expect(await answerTo(url, upgrade(url), bytes)).toMatch(/^HTTP\/1.1 101 /);
    expect(logged).toEqual([]);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('is closed for more values than an operation can use, however long a message may be', async () => {
    const { url } = await listeningEdge({ webSocket: { ...DEFAULT_WEB_SOCKET, messageBytes: 2_000_000 } });
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = new Promise<string>((resolve) =>
      socket.once('close', (code, why) => resolve(`${code} ${why.toString()}`)),
    );
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(`{"type":"connection_init","payload":{"a":[${'{},'.repeat(40_000)}0]}}`);
    expect(await closed).toBe('4400 The body holds more than 30000 values.');
  });

  it('is answered as ever where it only offers another protocol beside its request', async () => {
    const { url } = await listeningEdge();
    const body = '{"query":"{ greeting }"}';
    const request = upgrade(
      url,
      {
        Connection: 'Upgrade, HTTP2-Settings',
        Upgrade: 'h2c',
        'HTTP2-Settings': 'AAMAAABkAAQAAP__',
        'Content-Type': 'application/json',
        'Content-Length': String(body.length),
      },
      'POST /graphql HTTP/1.1',
    );
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
    onTestFinished(() => void socket.destroy());
    socket.write(request + body);
    const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/);
    expect(answer).toContain('Hello you');
  });
});
