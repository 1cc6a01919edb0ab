import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createTestContext } from '../http/test-context.ts';
import { json, startTestServer } from '../http/test-server.ts';
import { boundSubgraph, plain } from './bound-subgraph.ts';

const sdl = `
  extend schema @source(naming: SNAKE_CASE)
  type Query { a: Int @rest(GET: "/a") }
  type Subscription { moved(room: ID!): Move @rest(GET: "/rooms/{room}/moves", select: "move") }
  type Move { toPlace: String }
`;

async function moves(write: (response: ServerResponse) => void) {
  const server = await startTestServer((_, response) => write(response));
  const { subscribe } = boundSubgraph(sdl, { url: server.url });
  const context = createTestContext();
  return {
    server,
    context,
    collect: async (after?: string) => {
      const seen: unknown[] = [];
      const operation = 'subscription { moved(room: "r/1") { toPlace } }';
      for await (const event of subscribe(operation, {}, context, after)) {
        const { data, errors } = plain(event);
        seen.push(errors.length > 0 ? errors : data, ...(event.cursor === undefined ? [] : [event.cursor]));
      }
      return seen;
    },
  };
}

const stream = (type: string, text: string) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': type });
  response.end(text);
};

describe('a stream', () => {
  it('of server-sent events gives one answer each, goes on after a broken one, and can be resumed by the id', async () => {
    const text =
      ':hi\n\nid: 7\ndata: {"move":{"to_place":"x"}}\n\ndata: {broken\n\nevent: ping\n\ndata: {"move":\ndata: null}\n\n';
    const { server, collect } = await moves(stream('text/event-stream; charset=utf-8', text));
    const cursor = Buffer.from('7').toString('base64url');
    expect(await collect()).toEqual([
      { moved: { toPlace: 'x' } },
      cursor,
      ['UPSTREAM_BAD_RESPONSE at moved'],
      cursor,
      { moved: null },
      cursor,
    ]);
    expect(server.received[0]).toMatchObject({ method: 'GET', path: '/rooms/r%2F1/moves' });
    expect(server.received[0]?.headers['accept']).toContain('text/event-stream');
    await collect(cursor);
    expect(server.received[1]?.headers['last-event-id']).toBe('7');
  });

  it.each(['application/x-ndjson', 'application/jsonl', 'application/json-seq'])('of lines (%s)', async (type) => {
    const { collect } = await moves(stream(type, '\u001e{"move":{"to_place":"x"}}\r\n\n{}\n{"move":{"to_place":1}}'));
    expect(await collect()).toEqual([{ moved: { toPlace: 'x' } }, { moved: null }, { moved: { toPlace: '1' } }]);
  });

  it('is refused for a cursor that is none', async () => {
    const { server, collect } = await moves(stream('text/event-stream', ''));
    await expect(collect('!!')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(collect(Buffer.from('a\r\nx: 1').toString('base64url'))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    expect(server.received).toEqual([]);
  });

  it.each([
    [200, 'application/json', 'UPSTREAM_BAD_RESPONSE'],
    [204, 'text/event-stream', 'UPSTREAM_BAD_RESPONSE'],
    [404, 'application/json', 'UPSTREAM_BAD_RESPONSE'],
    [403, 'application/json', 'FORBIDDEN'],
    [503, 'application/json', 'UPSTREAM_UNAVAILABLE'],
  ])('that is none (%i, %s) fails as %s', async (status, type, code) => {
    const { collect } = await moves((response) =>
      status === 204 ? response.writeHead(204).end() : json(response, {}, { status, 'content-type': type }),
    );
    await expect(collect()).rejects.toMatchObject({ code, service: 'shop' });
  });

  it('ends at the service when nobody reads it any more', async () => {
    const closed = Promise.withResolvers<void>();
    const { collect, context } = await moves((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"move":null}\n\n');
      response.on('close', () => closed.resolve());
      setTimeout(() => context.cancellation.cancel(new Error('gone')), 20);
    });
    await collect().catch(() => {});
    await closed.promise;
  });
});
