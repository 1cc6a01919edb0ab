import { describe, expect, it } from 'vitest';
import { startTestServer } from '../sources/http/test-server.ts';
import { openEventStream } from './open-event-stream.ts';
import { STREAM_SERVICES } from './stream-services.ts';
import { openTestGateway } from './test-gateway.ts';

const sold = (sku: string) => ({ data: { sold: { sku } } });
const lost = {
  data: { sold: null },
  errors: [{ path: ['sold'], extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'sales', reason: 'EVENTS_LOST' } }],
};

async function subscribeTo(kind: string, settings: object = {}) {
  const service = await STREAM_SERVICES[kind]?.();
  if (service?.network === undefined) throw new Error(`${kind} has no network.`);
  const { subgraphs, files = {}, network } = service;
  const subscriptions = { ...service.subscriptions, ...settings };
  const config = { traffic: { subgraphs: { sales: { subscriptions } } } };
  const { listen, logged } = await openTestGateway({ subgraphs, files, config });
  const stream = await openEventStream(await listen(), 'subscription { sold { sku } }');
  await expect.poll(() => service.size()).toBe(1);
  return { service, network, stream, logged };
}

const KINDS = [
  'GraphQL over server-sent events',
  'GraphQL over a WebSocket',
  'REST, server-sent events',
  'REST, lines of JSON',
  'gRPC',
  'stitched',
];

describe.each(KINDS)('a stream of %s', (kind) => {
  it('whose connection breaks is opened again, and says that events may be lost', async () => {
    const { service, network, stream, logged } = await subscribeTo(kind);
    service.sell('a');
    expect(await stream.next()).toEqual(sold('a'));
    network.cut();
    expect(await stream.next()).toMatchObject(lost);
    await expect.poll(() => service.size()).toBe(1);
    service.sell('b');
    expect(await stream.next()).toEqual(sold('b'));
    expect(logged.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn A stream of a service broke, and is opened again',
      'info No stream of the service is broken any more',
    ]);
  });

  it('on which nothing comes any more is found out, and opened again', async () => {
    const { service, network, stream } = await subscribeTo(kind, { idle: '400ms' });
    service.sell('a');
    expect(await stream.next()).toEqual(sold('a'));
    network.silence();
    expect(await stream.next()).toMatchObject(lost);
    let isBack = false;
    const read = async (): Promise<void> => {
      while (!isBack) isBack = JSON.stringify(await stream.next()) === JSON.stringify(sold('b'));
    };
    void read();
    await expect
      .poll(() => {
        service.sell('b');
        return isBack;
      })
      .toBe(true);
  });
});

describe('a service that names its events', () => {
  const graphql = 'type Query { a: Int } type Product { sku: ID! } type Subscription { sold: Product }';
  const bound = graphql.replace('a: Int', 'a: Int @rest(GET: "/a")').replace('sold: Product', '$& @rest(GET: "/sold")');
  const plain = (sku: string) => JSON.stringify({ sku });
  const next = (sku: string) => `${JSON.stringify(sold(sku))}\nevent: next`;
  const kinds = {
    REST: { toData: plain, toSubgraph: (url: string) => ({ sdl: bound, url }) },
    GraphQL: { toData: next, toSubgraph: (url: string) => ({ sdl: graphql, url }) },
    stitched: {
      toData: next,
      toSubgraph: (url: string) => ({ sdl: graphql, stitch: { shop: { url, schema: 'plain.graphql' } } }),
    },
  };

  it.each(Object.entries(kinds))(
    '(%s) is asked for what came after the last one, until there is no more',
    async (_, kind) => {
      // It gives two events for each connection, and breaks it; behind the fourth it says that there is no more.
      const service = await startTestServer(({ headers }, response) => {
        const after = Number(headers['last-event-id']?.toString().slice(1) ?? 0);
        if (after >= 4) {
          response.writeHead(204).end();
          return;
        }
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`retry: 1\nid: n${after + 1}\ndata: ${kind.toData(String(after + 1))}\n\n`);
        const last = `id: n${after + 2}\ndata: ${kind.toData(String(after + 2))}\n\n`;
        response.write(last, () => setImmediate(() => response.destroy()));
      });
      const files = { 'plain.graphql': graphql };
      const { listen } = await openTestGateway({ subgraphs: { sales: kind.toSubgraph(service.url) }, files });
      const stream = await openEventStream(await listen(), 'subscription { sold { sku } }');
      for (const sku of ['1', '2', '3', '4']) expect(await stream.next()).toEqual(sold(sku));
      expect(await stream.next()).toBe('end');
      expect(service.received.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'n2', 'n4']);
    },
  );
});
