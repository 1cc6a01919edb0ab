import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Generations } from '../../src/gateway/generations.ts';
import { memoryBus } from '../../src/sources/bound/brokers/memory.ts';
import { ISSUER, keySetText, signingKey, token } from '../security/token-fixture.ts';
import { json, startTestServer } from '../sources/http/test-server.ts';
import { openEventStream } from './open-event-stream.ts';
import { faultsOf, openTestGateway, type TestSubgraph } from './test-gateway.ts';

const sdl = 'type Query { echo(n: Int!): String! }';
const query = 'query ($n: Int!) { echo(n: $n) }';

/** Answers with its name and the number it is given: at once, or when it has been opened. */
async function startEcho(name: string, { closed = false } = {}) {
  const opened = Promise.withResolvers<void>();
  if (!closed) opened.resolve();
  const server = await startTestServer(({ body }, response) => {
    const { variables } = JSON.parse(body) as { variables: { n: number } };
    void opened.promise.then(() => json(response, { data: { echo: `${name}:${variables.n}` } }));
  });
  return { ...server, open: () => opened.resolve(), subgraph: { sdl, url: server.url } satisfies TestSubgraph };
}

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

describe('a reload', () => {
  it('loses none of a thousand requests in flight, and gives each the answer of the graph it began on', async () => {
    const begun = vi.spyOn(Generations.prototype, 'take');
    onTestFinished(() => begun.mockRestore());
    const one = await startEcho('one', { closed: true });
    const two = await startEcho('two');
    const { ask, reload } = await openTestGateway({ subgraphs: { echo: one.subgraph } });
    const echo = async (n: number) => (await ask(query, { n })).body;

    const early = Promise.all(numbers(0, 1000).map(echo));
    await expect.poll(() => begun.mock.calls.length, { timeout: 20_000 }).toBe(1000);
    const reloading = reload({ subgraphs: { echo: two.subgraph } });
    const between = Promise.all(numbers(1000, 100).map(echo));
    await reloading;
    const late = await Promise.all(numbers(2000, 100).map(echo));
    one.open();

    expect(await early).toEqual(numbers(0, 1000).map((n) => ({ data: { echo: `one:${n}` } })));
    expect(late).toEqual(numbers(2000, 100).map((n) => ({ data: { echo: `two:${n}` } })));
    for (const [index, answer] of (await between).entries()) {
      expect(answer).toEqual({ data: { echo: expect.stringMatching(`^(one|two):${1000 + index}$`) } });
    }
    // The old engine's connections end with its last request.
    await expect.poll(() => one.sockets.size).toBe(0);
  });

  it('changes nothing where the new graph is broken', async () => {
    const one = await startEcho('one');
    const { ask, reload, gateway } = await openTestGateway({ subgraphs: { echo: one.subgraph } });
    const before = gateway.graph();
    await expect(
      reload({ subgraphs: { echo: { ...one.subgraph, sdl: 'type Query { echo: Strin }' } } }),
    ).rejects.toThrow('Strin');
    expect(gateway.graph()).toBe(before);
    expect((await ask(query, { n: 1 })).body).toEqual({ data: { echo: 'one:1' } });
  });

  it('leaves the last graph where several come at once', async () => {
    const services = await Promise.all(['one', 'two', 'three'].map((name) => startEcho(name)));
    const [first, ...others] = services.map(({ subgraph }) => ({ subgraphs: { echo: subgraph } }));
    const { ask, gateway, configOf } = await openTestGateway(first ?? {});
    const configs = await Promise.all(others.map(configOf));
    await Promise.all(configs.map((config) => gateway.reload(config)));
    expect((await ask(query, { n: 1 })).body).toEqual({ data: { echo: 'three:1' } });
  });

  it('takes the deadline and the mode of its config', async () => {
    const slow = await startEcho('slow', { closed: true });
    const faulty = await startTestServer((_, response) => {
      json(response, { data: { fault: null }, errors: [{ message: 'disk 7 is full', path: ['fault'] }] });
    });
    const subgraphs = { slow: slow.subgraph, faulty: { sdl: 'type Query { fault: Int }', url: faulty.url } };
    const { ask, reload } = await openTestGateway({ subgraphs });
    expect((await ask('{ fault }')).body.errors?.[0]?.message).toBe('The service answered with an error.');
    await reload({ subgraphs, config: { mode: 'development', traffic: { deadline: '200ms' } } });
    expect((await ask('{ fault }')).body.errors?.[0]?.message).toBe('disk 7 is full');
    const late = await ask(query, { n: 1 });
    expect(late.status).toBe(504);
    expect(faultsOf(late)).toEqual(['DEADLINE_EXCEEDED slow echo']);
  });

  it('takes the size of bodies and GraphiQL of its config', async () => {
    const { subgraph: echo } = await startEcho('one');
    const subgraphs = { echo };
    const { gateway, reload, ask } = await openTestGateway({ subgraphs });
    const browse = async () =>
      (await gateway.request('/graphql', { headers: { accept: 'text/html' } })).headers.get('content-type');
    expect(await browse()).not.toContain('text/html');
    await reload({ subgraphs, config: { graphiql: true, limits: { bodyBytes: 100 } } });
    expect(await browse()).toContain('text/html');
    expect((await ask(query, { n: 1 })).status).toBe(200);
    expect(faultsOf(await ask(`${query} # ${'x'.repeat(100)}`, { n: 1 }))).toEqual(['BODY_TOO_LARGE']);
  });

  it('takes the issuers of its config, and keeps the keys of those that stay', async () => {
    const key = await signingKey('k1');
    let asked = 0;
    const keys = await startTestServer((_, response) => {
      asked += 1;
      json(response, JSON.parse(keySetText(key)));
    });
    const accepted = (...audience: string[]) => ({ auth: { jwt: [{ issuer: ISSUER, audience, jwks: keys.url }] } });
    const { subgraph: echo } = await startEcho('one');
    const subgraphs = { echo };
    const { ask, reload } = await openTestGateway({ subgraphs });
    const status = async (audience: string) => {
      const authorization = `Bearer ${await token(key, { aud: audience })}`;
      return (await ask(query, { n: 1 }, { authorization })).status;
    };
    expect(await status('nobody')).toBe(200); // nothing is checked
    await reload({ subgraphs, config: accepted('graph') });
    expect([await status('graph'), await status('nobody')]).toEqual([200, 401]);
    await reload({ subgraphs, config: accepted('graph', 'nobody') });
    expect([await status('graph'), await status('nobody')]).toEqual([200, 200]);
    expect(asked).toBe(1);
    await reload({ subgraphs });
    expect(await status('anybody')).toBe(200);
  });

  it('refuses what a running gateway cannot follow, and then follows nothing of the config', async () => {
    const { subgraph: echo } = await startEcho('one');
    const subgraphs = { echo };
    const { ask, reload } = await openTestGateway({ subgraphs });
    const config = { listen: { path: '/api' }, limits: { bodyBytes: 10 } };
    await expect(reload({ subgraphs, config })).rejects.toMatchObject({
      problems: [{ code: 'CONFIG_NEEDS_RESTART', coordinate: 'listen' }],
    });
    expect((await ask(query, { n: 1 })).status).toBe(200);
  });

  it('keeps a subscription on the graph it began on, until that graph has drained', async () => {
    const url = 'memory:reload';
    const bus = memoryBus(url);
    const news = { sdl: 'type Subscription { news: String! @subscribe(topic: "news") }', url };
    const { subgraph: echo } = await startEcho('one');
    const { listen, reload, ask } = await openTestGateway({ subgraphs: { echo, news } });
    const stream = await openEventStream(await listen(), 'subscription { news }');
    await expect.poll(() => bus.send({ topic: 'news', body: '"before"' })).toBe(1);
    expect(await stream.next()).toEqual({ data: { news: 'before' } });

    const olds = { sdl: 'type Subscription { olds: String! @subscribe(topic: "olds") }', url };
    await reload({ subgraphs: { echo, news: olds } });
    bus.send({ topic: 'news', body: '"after"' });
    expect(await stream.next()).toEqual({ data: { news: 'after' } });
    expect(faultsOf(await ask('subscription { news }'))).toEqual(['GRAPHQL_VALIDATION_FAILED']);

    // At most two generations live: the next swap ends what still streams on the first.
    await reload({ subgraphs: { echo, news } });
    expect(await stream.next()).toBe('end');
    await expect.poll(() => bus.send({ topic: 'news', body: '""' })).toBe(0);
  });
});
