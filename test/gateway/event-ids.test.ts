import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createEventIds } from '../../src/gateway/event-ids.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { OperationRequest } from '../../src/model/http.ts';
import { type Received, startTestServer } from '../sources/http/test-server.ts';
import { STREAM_CLIENTS } from './stream-clients.ts';
import { openTestGateway, postOf, type TestSubgraph } from './test-gateway.ts';

const QUERY = 'subscription ($id: ID) { a(id: $id) }';

function idsOf(lastEventId: string | null, variables: unknown = { id: '1' }, query = QUERY, extensions?: object) {
  const header = (name: string) => (name === 'last-event-id' ? lastEventId : null);
  const request: OperationRequest = {
    query,
    variables,
    header,
    method: 'POST',
    operationName: undefined,
    extensions,
    cancellation: new Cancellation(),
  };
  return createEventIds(request);
}

describe('the ids of a subscription’s events', () => {
  it('lead back to the source’s cursors', () => {
    const id = idsOf(null).toId('12.34');
    expect(id).toMatch(/^[\w-]{12}\.12\.34$/);
    expect(idsOf(id).readLast()).toBe('12.34');
    expect(idsOf(null).readLast()).toBeUndefined();
    expect(idsOf('').readLast()).toBeUndefined();
  });

  it.each([
    ['other variables', { id: '2' }, QUERY],
    ['another operation', { id: '1' }, 'subscription { b }'],
  ])('are good for no other subscription: %s', (_, variables, query) => {
    const id = idsOf(null).toId('12');
    expect(() => idsOf(id, variables, query).readLast()).toThrow('last event’s id');
    expect(() => idsOf('12').readLast()).toThrow('last event’s id');
    expect(() => idsOf(`${id}${'x'.repeat(1000)}`).readLast()).toThrow('last event’s id');
  });
});

it('take the last one from the request’s extensions, too, where it must be text', () => {
  const id = idsOf(null).toId('12');
  const last = (lastEventId: unknown) => idsOf(null, { id: '1' }, QUERY, { lastEventId }).readLast();
  expect(last(id)).toBe('12');
  expect(last(null)).toBeUndefined();
  expect(() => last(7)).toThrow('"extensions.lastEventId" must be the id of an event');
});

describe('a client that resumes', () => {
  const numbered = ({ headers }: Received, response: ServerResponse): void => {
    const last = Number(headers['last-event-id'] ?? 0);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let n = last + 1; n <= 3; n += 1) response.write(`id: ${n}\nevent: next\ndata: {"data":{"ticks":${n}}}\n\n`);
    response.end('event: complete\ndata:\n\n');
  };

  it('is resumed at the service, with what came after the event it was given last', async () => {
    const service = await startTestServer(numbered);
    const sdl = 'type Query { a: Int } type Subscription { ticks: Int! }';
    const { gateway } = await openTestGateway({ subgraphs: { ticks: { sdl, url: service.url } } });
    const read = async (headers: Record<string, string> = {}) => {
      const accept = { accept: 'text/event-stream', ...headers };
      const response = await gateway.request('/graphql', postOf({ query: 'subscription { ticks }' }, accept));
      return response.text();
    };
    const all = await read();
    const ids = [...all.matchAll(/^id: (.+)$/gm)].map(([, id = '']) => id);
    expect(ids.length).toBe(3);
    const rest = await read({ 'last-event-id': ids[1] ?? '' });
    expect(rest).not.toContain('"ticks":2');
    expect(rest).toContain('"ticks":3');
    expect(await read({ 'last-event-id': 'other.1' })).toContain('BAD_USER_INPUT');
    expect(await read({ 'last-event-id': `${ids[1]?.split('.')[0]}.bad id` })).toContain('BAD_USER_INPUT');
    expect(service.received.length).toBe(2);
  });

  const kinds: Readonly<Record<string, (url: string) => TestSubgraph>> = {
    federated: (url) => ({ sdl: 'type Query { a: Int } type Subscription { ticks: Int! }', url }),
    stitched: (url) => ({
      sdl: 'type Query { a: Int } type Subscription { ticks: Int! }',
      stitch: { ticks: { url, schema: 'plain.graphql' } },
    }),
  };
  const ways = Object.keys(kinds).flatMap((kind) => ['multipart', 'WebSocket'].map((way) => [kind, way] as const));

  it.each(ways)('resumes at a %s service over %s by the id in an event’s extensions', async (kind, way) => {
    const service = await startTestServer(numbered);
    const subgraph = kinds[kind]?.(service.url);
    if (subgraph === undefined) throw new Error('There is no such kind.');
    const files = { 'plain.graphql': subgraph.sdl };
    const { listen } = await openTestGateway({ subgraphs: { ticks: subgraph }, files });
    const url = await listen();
    const query = 'subscription { ticks }';
    const open = STREAM_CLIENTS[way];
    if (open === undefined) throw new Error('There is no such way.');
    const first = await open(url, { query });
    const { extensions, ...result } = (await first.next()) as { extensions: { eventId: string } };
    expect(result).toEqual({ data: { ticks: 1 } });
    first.leave();
    const second = await open(url, { query, extensions: { lastEventId: extensions.eventId } });
    expect(await second.next()).toMatchObject({ data: { ticks: 2 } });
    expect(await second.next()).toMatchObject({ data: { ticks: 3 } });
    expect(await second.next()).toBe('end');
    expect(service.received.at(-1)?.headers['last-event-id']).toBe('1');
  });

  it('is given no ids where the service gives none that can be sent back', async () => {
    const service = await startTestServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('id: a b\nevent: next\ndata: {"data":{"ticks":1}}\n\nevent: complete\ndata:\n\n');
    });
    const sdl = 'type Query { a: Int } type Subscription { ticks: Int! }';
    const { gateway } = await openTestGateway({ subgraphs: { ticks: { sdl, url: service.url } } });
    const body = postOf({ query: 'subscription { ticks }' }, { accept: 'text/event-stream' });
    expect(await (await gateway.request('/graphql', body)).text()).not.toContain('id:');
  });
});
