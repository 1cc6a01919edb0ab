import { describe, expect, it } from 'vitest';
import { memoryBus } from '../../src/sources/bound/brokers/memory.ts';
import { json, startTestServer } from '../sources/http/test-server.ts';
import { startGrpcService, stockProto } from './grpc-service.ts';
import { openEventStream } from './open-event-stream.ts';
import { openTestGateway, postOf, type TestSubgraph } from './test-gateway.ts';

/** A service over HTTP that never answers, with what became of the calls it got. */
async function startSilent() {
  const seen: string[] = [];
  const server = await startTestServer((_, response) => {
    seen.push('asked');
    response.once('close', () => seen.push('aborted'));
  });
  return { seen, url: server.url };
}

type Silent = { readonly seen: readonly string[]; readonly subgraph: TestSubgraph };

const kinds: Readonly<Record<string, () => Promise<Silent>>> = {
  GraphQL: async () => {
    const { seen, url } = await startSilent();
    return { seen, subgraph: { sdl: 'type Query { item: String }', url } };
  },
  REST: async () => {
    const { seen, url } = await startSilent();
    return { seen, subgraph: { sdl: 'type Query { item: String @rest(GET: "/item") }', url } };
  },
  gRPC: async () => {
    const { seen, url } = await startGrpcService({ onGet: () => {} });
    const sdl = 'type Query { item(sku: ID = "A"): String @grpc(method: "stock.Stock/Get", select: "name") }';
    return { seen, subgraph: { sdl, url, proto: 'stock.proto' } };
  },
  stitched: async () => {
    const { seen, url } = await startSilent();
    return {
      seen,
      subgraph: { sdl: 'type Query { item: String }', stitch: { items: { url, schema: 'plain.graphql' } } },
    };
  },
};

const files = { 'plain.graphql': 'type Query { item: String }', 'stock.proto': stockProto };

describe('a client that leaves', () => {
  it.each(Object.entries(kinds))('has the call to its %s service aborted', async (_, start) => {
    const { seen, subgraph } = await start();
    const { listen } = await openTestGateway({ subgraphs: { items: subgraph }, files });
    const leaving = new AbortController();
    const asking = fetch(await listen(), { ...postOf({ query: '{ item }' }), signal: leaving.signal });
    await expect.poll(() => seen).toEqual(['asked']);
    leaving.abort();
    await expect(asking).rejects.toThrow('aborted');
    await expect.poll(() => seen).toEqual(['asked', 'aborted']);
  });

  it('does not cut off a mutation that runs', async () => {
    const seen: string[] = [];
    const opened = Promise.withResolvers<void>();
    const server = await startTestServer(({ body }, response) => {
      const { query } = JSON.parse(body) as { query: string };
      const [name = ''] = /add|item/.exec(query) ?? [];
      seen.push(name);
      response.once('close', () => seen.push(response.writableFinished ? `${name} answered` : `${name} aborted`));
      if (name !== 'item') void opened.promise.then(() => json(response, { data: { [name]: 1 } }));
    });
    const sdl = 'type Query { item: String } type Mutation { add: Int }';
    const { listen } = await openTestGateway({ subgraphs: { items: { sdl, url: server.url } } });
    const url = await listen();
    const leaving = new AbortController();
    const { signal } = leaving;
    const asking = ['mutation { add }', '{ item }'].map((query) => fetch(url, { ...postOf({ query }), signal }));
    await expect.poll(() => seen.toSorted()).toEqual(['add', 'item']);
    leaving.abort();
    await Promise.allSettled(asking);
    await expect.poll(() => seen.slice(2)).toEqual(['item aborted']);
    opened.resolve();
    await expect.poll(() => seen.slice(3)).toEqual(['add answered']);
  });

  it('ends its subscription at the source', async () => {
    const url = 'memory:leaving';
    const news = { sdl: 'type Subscription { news: String! @subscribe(topic: "news") }', url };
    const echo = { sdl: 'type Query { item: String }', url: 'http://127.0.0.1:1' };
    const { listen } = await openTestGateway({ subgraphs: { echo, news } });
    const stream = await openEventStream(await listen(), 'subscription { news }');
    const send = () => memoryBus(url).send({ topic: 'news', body: '"hello"' });
    await expect.poll(send).toBe(1);
    expect(await stream.next()).toEqual({ data: { news: 'hello' } });
    stream.leave();
    await expect.poll(send).toBe(0);
  });
});
