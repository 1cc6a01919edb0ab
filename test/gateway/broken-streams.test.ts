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
      'warn Events of the subscription may have been missed.',
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
  /** Gives two events for each connection and breaks it; says that there is no more behind the fourth. */
  async function startNumbered(id: (n: number) => string) {
    const service = await startTestServer(({ headers }, response) => {
      const after = Number(headers['last-event-id']?.toString().slice(1) ?? 0);
      if (after >= 4) {
        response.writeHead(204).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const n of [after + 1, after + 2])
        response.write(`${id(n)}data: {"sku":"${n}"}\n\n`, () => n % 2 === 0 && response.destroy());
    });
    const sdl = `type Query { a: Int @rest(GET: "/a") } type Product { sku: ID! } type Subscription { sold: Product @rest(GET: "/sold") }`;
    const { listen } = await openTestGateway({ subgraphs: { sales: { sdl, url: service.url } } });
    return { ...service, stream: await openEventStream(await listen(), 'subscription { sold { sku } }') };
  }

  it('is asked for what came after the last one, until it says that there is no more', async () => {
    const { received, stream } = await startNumbered((n) => `retry: 1\nid: n${n}\n`);
    for (const n of ['1', '2', '3', '4']) expect(await stream.next()).toEqual(sold(n));
    expect(await stream.next()).toBe('end');
    expect(received.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'n2', 'n4']);
  });
});
