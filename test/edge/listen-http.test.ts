import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { OperationAnswer } from '../../src/model/http.ts';
import { listeningEdge, testEdge } from './test-edge.ts';

/** A handler that is held up until the test lets it go. */
function held() {
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const handle = async (): Promise<OperationAnswer> => {
    enter();
    await released;
    return { kind: 'single', status: 200, alwaysStatus: false, result: { data: { late: true } } };
  };
  return { handle, entered, release };
}

function ask(port: number, path: string, agent?: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ port, path, host: '127.0.0.1', ...(agent === undefined ? {} : { agent }) }, (response) =>
      resolve(response.resume()),
    ).once('error', reject);
  });
}

describe('a listener', () => {
  it('rejects with the reason when its port is in use', async () => {
    const { listener } = await listeningEdge();
    await expect(testEdge().edge.listen({ host: '127.0.0.1', port: listener.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('answers with the reason phrase of the status, on each way through the edge', async () => {
    const { listener } = await listeningEdge({ isReady: () => false });
    const phrases = ['/health', '/ready', '/nothing', '/graphql?query={greeting}', '/graphql'].map(async (path) => {
      const { statusCode, statusMessage } = await ask(listener.port, path);
      return `${statusCode} ${statusMessage}`;
    });
    expect(await Promise.all(phrases)).toEqual([
      '200 OK',
      '503 Service Unavailable',
      '404 Not Found',
      '200 OK',
      '400 Bad Request',
    ]);
  });

  it('lets an open request end before it closes, and takes no new ones', async () => {
    const { handle, entered, release } = held();
    const { listener, url } = await listeningEdge({ handle });
    const open = fetch(`${url}/graphql?query={greeting}`);
    await entered;
    const closing = listener.close({ drainMs: 60_000 });
    await expect(fetch(`${url}/ready`)).rejects.toThrow();
    release();
    const response = await open;
    expect(response.headers.get('connection')).toBe('close');
    expect(await response.json()).toEqual({ data: { late: true } });
    await closing;
  });

  it('closes connections that are kept alive and idle', async () => {
    const { listener } = await listeningEdge();
    const agent = new Agent({ keepAlive: true });
    await ask(listener.port, '/health', agent);
    await listener.close({ drainMs: 60_000 });
    agent.destroy();
  });

  it('closes a kept-alive connection when an answer that had begun has ended', async () => {
    const { handle, entered, release } = held();
    const events = async function* () {
      yield { result: { data: { ticks: 1 } } };
      await handle();
    };
    const { listener } = await listeningEdge({
      handle: async () => ({ kind: 'stream', events: events(), stop: () => {} }),
    });
    const agent = new Agent({ keepAlive: true });
    const headers = { accept: 'text/event-stream' };
    const path = '/graphql?query=subscription{ticks(to:1)}';
    const answer = await new Promise<IncomingMessage>((resolve) => {
      get({ port: listener.port, path, host: '127.0.0.1', agent, headers }, resolve);
    });
    expect(answer.headers.connection).toBe('keep-alive');
    answer.resume();
    await entered;
    const closing = listener.close({ drainMs: 60_000 });
    release();
    await closing;
    agent.destroy();
  });

  it('is not ready any more once it closes', async () => {
    const { edge, listener } = await listeningEdge();
    expect((await edge.fetch(new Request('http://gateway/ready'))).status).toBe(200);
    await listener.close({ drainMs: 60_000 });
    expect((await edge.fetch(new Request('http://gateway/ready'))).status).toBe(503);
  });

  it('cuts what is still open when the time to drain is over', async () => {
    const { handle, entered } = held();
    const { listener, url } = await listeningEdge({ handle });
    const open = fetch(`${url}/graphql?query={greeting}`);
    const cut = expect(open).rejects.toThrow();
    await entered;
    await listener.close({ drainMs: 1 });
    await cut;
  });

  it('cuts everything at once when it is closed a second time', async () => {
    const { handle, entered } = held();
    const { listener, url } = await listeningEdge({ handle });
    const open = fetch(`${url}/graphql?query={greeting}`);
    const cut = expect(open).rejects.toThrow();
    await entered;
    const closing = listener.close({ drainMs: 60_000 });
    await listener.close({ drainMs: 60_000 });
    await closing;
    await cut;
  });
});

/** What comes back for bytes as they are, until the connection ends. */
async function send(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(text);
  return readText(socket);
}

describe('a request that is not as it should be', () => {
  const refusal = (answer: string): string => {
    const [status] = answer.split('\r\n', 1);
    const { errors } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as {
      errors: [{ message: string; extensions: { code: string } }];
    };
    return `${status} ${errors[0].extensions.code}: ${errors[0].message}`;
  };

  it('is 431 with headers over the limit', async () => {
    const { listener } = await listeningEdge();
    const answer = await send(listener.port, `GET /graphql HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`);
    expect(refusal(answer)).toBe(
      'HTTP/1.1 431 Request Header Fields Too Large HEADERS_TOO_LARGE: Request line and headers may have at most 64 KiB together.',
    );
  });

  it('is 400 with two lengths, and ends the connection', async () => {
    const { listener, operations } = await listeningEdge();
    const head = 'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    const answer = await send(listener.port, `${head}Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}`);
    expect(refusal(answer)).toMatch(/^HTTP\/1\.1 400 Bad Request BAD_USER_INPUT: .*Content-Length/);
    expect(answer).toContain('Connection: close');
    expect(operations).toEqual([]);
  });

  it('is 400 with two tokens, on each way through the edge', async () => {
    const { listener, operations } = await listeningEdge();
    const tokens = 'Authorization: Bearer a\r\nauthorization: Bearer b\r\nConnection: close\r\n\r\n';
    const body = '{"query":"{ greeting }"}';
    const post = `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${tokens}${body}`;
    for (const request of [post, `GET /graphql?query={greeting} HTTP/1.1\r\nHost: a\r\n${tokens}`]) {
      expect(refusal(await send(listener.port, request))).toBe(
        'HTTP/1.1 400 Bad Request BAD_USER_INPUT: There are two authorization headers: send one.',
      );
    }
    expect(operations).toEqual([]);
  });

  it('is 400 where it is no HTTP at all', async () => {
    const { listener } = await listeningEdge();
    expect(refusal(await send(listener.port, 'hello\r\n\r\n'))).toMatch(/^HTTP\/1\.1 400 Bad Request BAD_USER_INPUT/);
  });

  it('is 404 where there is nothing, and told what there is', async () => {
    const { url } = await listeningEdge();
    const response = await fetch(`${url}/graphq`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      message: 'There is nothing at this path. GraphQL is served at /graphql; there are also /health and /ready.',
    });
  });
});
