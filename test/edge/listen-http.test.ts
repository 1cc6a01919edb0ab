import { Agent, get, type IncomingMessage } from 'node:http';
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
