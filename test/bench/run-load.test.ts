import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runLoad } from '../../bench/run-load.ts';

const opened: { readonly close: () => void }[] = [];
afterEach(() => opened.splice(0).forEach(({ close }) => close()));

async function loadOn(listener: RequestListener, { connections = 4, durationMs = 0 } = {}) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    request.resume();
    request.on('end', () => listener(request, response));
  });
  server.listen(0, '127.0.0.1');
  opened.push({ close: () => (server.closeAllConnections(), server.close()) });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const expected = { data: { me: { id: '1', name: 'Ada' } } };
  const load = { port, path: '/graphql', query: '{ me { id name } }', expected, drainMs: 5000 };
  return { result: await runLoad({ ...load, connections, durationMs }), requests };
}

describe('a load', () => {
  it('counts each request that was sent', async () => {
    const { result, requests } = await loadOn(
      (_, response) => void response.end('{"data":{"me":{"name":"Ada","id":"1"}}}'),
      { durationMs: 20 },
    );
    expect(result.failed).toBe(0);
    expect(result.completed).toBe(requests.length);
    expect(result.completed).toBeGreaterThanOrEqual(4);
    expect(result.p50Ms).toBeLessThanOrEqual(result.p99Ms);
  });

  it('compares answers that come in pieces and in chunks', async () => {
    const { result } = await loadOn((_, response) => {
      response.write('{"data":{"me":');
      setImmediate(() => response.end('{"id":"1","name":"Ada"}}}'));
    });
    expect(result).toMatchObject({ completed: 4, failed: 0, failure: null });
  });

  it('finds an answer wrong that came with an error', async () => {
    const { result } = await loadOn(
      (_, response) => void response.end('{"data":{"me":{"id":"1","name":"Ada"}},"errors":[{"message":"but"}]}'),
    );
    expect(result).toMatchObject({ completed: 0, failed: 4 });
    expect(result.failure).toMatch('Another answer than expected');
  });

  it('finds a right answer wrong under another status', async () => {
    let count = 0;
    const { result } = await loadOn(
      (_, response) => {
        count += 1;
        response.writeHead(count === 1 ? 200 : 500).end('{"data":{"me":{"id":"1","name":"Ada"}}}');
      },
      { connections: 2 },
    );
    expect(result).toMatchObject({ completed: 1, failed: 1 });
    expect(result.failure).toMatch('HTTP 500');
  });

  it('counts broken connections as failures, and gives up', async () => {
    const { result } = await loadOn((request) => void request.socket.destroy(), { durationMs: 60_000 });
    expect(result.completed).toBe(0);
    expect(result.failed).toBeGreaterThanOrEqual(50);
    expect(result.failed).toBeLessThan(60);
  });
});
