import { describe, expect, it } from 'vitest';
import { createEventIds } from '../../src/gateway/event-ids.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { OperationRequest } from '../../src/model/http.ts';
import { startTestServer } from '../sources/http/test-server.ts';
import { openTestGateway, postOf } from './test-gateway.ts';

const QUERY = 'subscription ($id: ID) { a(id: $id) }';

function idsOf(lastEventId: string | null, variables: unknown = { id: '1' }, query = QUERY) {
  const header = (name: string) => (name === 'last-event-id' ? lastEventId : null);
  const request: OperationRequest = {
    query,
    variables,
    header,
    method: 'POST',
    operationName: undefined,
    extensions: undefined,
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
    expect(() => idsOf(id, variables, query).readLast()).toThrow('Last-Event-ID');
    expect(() => idsOf('12').readLast()).toThrow('Last-Event-ID');
    expect(() => idsOf(`${id}${'x'.repeat(1000)}`).readLast()).toThrow('Last-Event-ID');
  });
});

describe('a client that resumes', () => {
  it('is resumed at the service, with what came after the event it was given last', async () => {
    const service = await startTestServer(({ headers }, response) => {
      const last = Number(headers['last-event-id'] ?? 0);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let n = last + 1; n <= 3; n += 1) response.write(`id: ${n}\nevent: next\ndata: {"data":{"ticks":${n}}}\n\n`);
      response.end('event: complete\ndata:\n\n');
    });
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
