import { describe, expect, it } from 'vitest';
import { memoryBus } from '../../src/sources/bound/brokers/memory.ts';
import { startFederatedService } from './federated-service.ts';
import { openEventStream } from './open-event-stream.ts';
import { openTestGateway, postOf, type TestSettings } from './test-gateway.ts';

const QUERY = 'subscription { news { sku name } }';

/** News of products, whose names another service has; with how often that was asked. */
async function openNews(name: string, config: TestSettings['config'] = {}) {
  const asked: (string | undefined)[] = [];
  const catalog = await startFederatedService(
    'type Query { count: Int! } type Product @key(fields: "sku") { sku: ID! name: String! }',
    {
      entity: ({ sku }) => (sku === 'broken' ? { name: null } : { name: `Product ${String(sku)}` }),
      onRequest: ({ headers }) => asked.push(headers['x-tenant'] as string | undefined),
    },
  );
  const url = `memory:${name}`;
  const news = {
    sdl: `type Subscription { news: Product! @subscribe(topic: "news") }
          type Product @key(fields: "sku", resolvable: false) { sku: ID! }`,
    url,
  };
  const { gateway, listen } = await openTestGateway({ subgraphs: { catalog: catalog.subgraph, news }, config });
  const at = await listen();
  const send = (sku: string): number => memoryBus(url).send({ topic: 'news', body: JSON.stringify({ sku }) });
  const join = (count: number, headers: Record<string, string> = {}) =>
    Promise.all(Array.from({ length: count }, () => openEventStream(at, QUERY, headers)));
  return { asked, gateway, send, join };
}

describe('equal subscriptions', () => {
  it('have each event completed once for all of them', async () => {
    const { asked, send, join } = await openNews('share-events');
    const streams = await join(50);
    await expect.poll(() => send('a')).toBe(1);
    const results = await Promise.all(streams.map((stream) => stream.next()));
    expect(results).toEqual(Array.from({ length: 50 }, () => ({ data: { news: { sku: 'a', name: 'Product a' } } })));
    expect(asked.length).toBe(1);
    send('broken');
    const failed = await Promise.all(streams.map((stream) => stream.next()));
    expect(failed).toMatchObject(
      Array.from({ length: 50 }, () => ({ data: null, errors: [{ path: ['news', 'name'] }] })),
    );
    expect(asked.length).toBe(2);
  });

  it('go on for the others when the first leaves, and end with the last', async () => {
    const { send, join } = await openNews('share-leave');
    const [first, second] = await join(2);
    await expect.poll(() => send('a')).toBe(1);
    await Promise.all([first?.next(), second?.next()]);
    first?.leave();
    await expect.poll(() => send('b')).toBe(1);
    expect(await second?.next()).toMatchObject({ data: { news: { sku: 'b' } } });
    second?.leave();
    await expect.poll(() => send('c')).toBe(0);
  });

  it('tell one that falls behind that it has missed events, and go on for the others', async () => {
    const { gateway, send, join } = await openNews('share-slow');
    const [fast] = await join(1);
    const slow = await gateway.request('/graphql', postOf({ query: QUERY }, { accept: 'text/event-stream' }));
    await expect.poll(() => send('a')).toBe(1);
    for (let seen = 0; seen < 300; seen += 1) {
      await fast?.next();
      send(`b${seen}`);
    }
    const events = (await slow.text()).split('\n\n').filter((event) => event.startsWith('event: '));
    const [said, end] = events.slice(-2);
    expect(JSON.parse(said?.replace(/^.*\ndata: /, '') ?? '')).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'SUBSCRIPTION_INTERRUPTED', reason: 'SLOW_SUBSCRIBER' } }],
    });
    expect(end).toMatch(/^event: complete/);
    expect(await fast?.next()).toMatchObject({ data: { news: { sku: expect.stringMatching(/^b/) as string } } });
  });

  it('are apart where the services are told other things of their callers', async () => {
    const config = { auth: { upstream: { catalog: { forward: ['x-tenant'] } } } };
    const { asked, send, join } = await openNews('share-apart', config);
    const streams = [...(await join(3, { 'x-tenant': 'a' })), ...(await join(3, { 'x-tenant': 'b' }))];
    await expect.poll(() => send('a')).toBe(1); // the broker's own sharing
    await Promise.all(streams.map((stream) => stream.next()));
    expect(new Set(asked)).toEqual(new Set(['a', 'b']));
    expect(asked.length).toBe(2);
  });

  it('are each client’s own where the config says so', async () => {
    const traffic = { subgraphs: { news: { subscriptions: { share: false } } } };
    const { asked, send, join } = await openNews('share-none', { traffic });
    const streams = await join(3);
    await expect.poll(() => send('a')).toBe(1);
    await Promise.all(streams.map((stream) => stream.next()));
    expect(asked.length).toBe(3);
  });
});
