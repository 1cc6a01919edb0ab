import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createRegistryClient, type RegistryClientOptions } from '../../src/registry/registry-client.ts';

async function testClient(answer: RequestListener, options: Partial<RegistryClientOptions> = {}) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => void server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/registry/v1/`;
  const client = createRegistryClient({ url, token: 'secret', ...options });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await client.close();
  });
  return client;
}

const history = { subgraph: undefined, limit: 1 };
const publication = { schema: [{ name: 'a.graphql', text: 'type Query { a: Int }' }] };

it('sends the token and the publication', async () => {
  const seen: unknown[] = [];
  const client = await testClient((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push([request.method, request.url, request.headers.authorization, JSON.parse(body)]);
      response.writeHead(422).end('{"status":"refused","subgraph":"a b","problems":[]}');
    });
  });
  expect(await client.publish('a b', publication)).toEqual({ status: 'refused', subgraph: 'a b', problems: [] });
  expect(seen).toEqual([['POST', '/registry/v1/subgraphs/a%20b/publish', 'Bearer secret', publication]]);
});

it.each([
  ['no answer', () => {}, 'unreachable', 'it did not answer in time'],
  [
    'a connection that is cut',
    (_: unknown, response: { destroy: () => void }) => response.destroy(),
    'unreachable',
    "can't be reached",
  ],
  [
    'a page',
    (_: unknown, response: { end: (text: string) => void }) => response.end('<html>'),
    'failed',
    'does not understand',
  ],
  [
    'another shape',
    (_: unknown, response: { end: (text: string) => void }) => response.end('{"entries":[{}]}'),
    'failed',
    'does not understand',
  ],
])('gives up on %s', async (_, answer, kind, message) => {
  const client = await testClient(answer as RequestListener, { answerTimeoutMs: 100 });
  await expect(client.history(history)).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
});

it.each([
  [
    401,
    '{"error":{"code":"UNAUTHENTICATED","message":"No."}}',
    'refused',
    'The registry answered UNAUTHENTICATED: No.',
  ],
  [503, '{"error":{"code":"STORE_UNAVAILABLE","message":"Later."}}', 'failed', 'STORE_UNAVAILABLE: Later.'],
  [302, '', 'failed', 'answered 302, and not as a registry does'],
])('tells a refusal from a failure: %i', async (status, body, kind, message) => {
  const client = await testClient((_, response) => response.writeHead(status, { location: '/' }).end(body));
  await expect(client.history(history)).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
});

it('stops reading an answer that does not end', async () => {
  const client = await testClient((_, response) => {
    const chunk = Buffer.alloc(4_000_000, 32);
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    write();
  });
  await expect(client.history(history)).rejects.toMatchObject({ kind: 'unreachable' });
});
