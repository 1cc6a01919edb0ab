import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Generations } from '../../src/gateway/generations.ts';
import { Cancellation, ClientGoneError } from '../../src/model/cancellation.ts';
import { json, startTestServer } from '../sources/http/test-server.ts';
import { holdTime } from './still-time.ts';
import { openTestGateway, postOf, type TestSettings } from './test-gateway.ts';

const sdl = `
  type Query { price(sku: ID): Int }
  type Mutation { raise: Int }
`;

afterEach(() => void vi.restoreAllMocks());

/** A gateway that shares, before a service whose answers wait until the test lets them go. */
async function sharingGateway(config: TestSettings['config'] = {}, traffic: object = {}) {
  const held: ServerResponse[] = [];
  const seen: string[] = [];
  const { url, received } = await startTestServer(({ headers, body }, response) => {
    seen.push(`${String(headers['x-tenant'] ?? '-')} ${(JSON.parse(body) as { query: string }).query}`);
    response.once('close', () => seen.push(response.writableFinished ? 'answered' : 'aborted'));
    held.push(response);
  });
  const opened = await openTestGateway({
    subgraphs: { shop: { sdl, url } },
    config: { traffic: { deduplicate: true, ...traffic }, ...config },
  });
  const taken = vi.spyOn(Generations.prototype, 'take');
  const cancelled = vi.spyOn(Cancellation.prototype, 'cancel');
  const release = (data: object): void => held.splice(0).forEach((response) => json(response, { data }));
  return {
    ...opened,
    release,
    received,
    held,
    seen,
    /** Requests that the gateway has begun to answer: from then on they are together with those that they equal. */
    begun: () => taken.mock.calls.length,
    /** Whether the gateway has noticed that a client went away. */
    left: () => cancelled.mock.calls.some(([reason]) => reason instanceof ClientGoneError),
  };
}

describe('equal queries in flight', () => {
  it('are run once, and each client is answered', async () => {
    const { ask, release, received, held } = await sharingGateway();
    const asking = Array.from({ length: 20 }, () => ask('{ price }'));
    await expect.poll(() => held.length).toBe(1);
    release({ price: 7 });
    const bodies = (await Promise.all(asking)).map(({ body }) => body);
    expect(bodies).toEqual(Array(20).fill({ data: { price: 7 } }));
    expect(received).toHaveLength(1);
  });

  it('are run once over the wire, where the text of the answer is shared too', async () => {
    const { listen, release, received, held, begun } = await sharingGateway();
    const url = await listen();
    const asking = Array.from({ length: 8 }, async () => (await fetch(url, postOf({ query: '{ price }' }))).text());
    await expect.poll(() => held.length).toBe(1);
    await expect.poll(begun).toBe(8);
    release({ price: 7 });
    expect(new Set(await Promise.all(asking))).toEqual(new Set(['{"data":{"price":7}}']));
    expect(received).toHaveLength(1);
  });

  it('are run again once the answer has come', async () => {
    const { ask, release, held, received } = await sharingGateway();
    for (const price of [7, 8]) {
      const asking = ask('{ price }');
      await expect.poll(() => held.length).toBe(1);
      release({ price });
      expect((await asking).body).toEqual({ data: { price } });
    }
    expect(received).toHaveLength(2);
  });

  it('share errors too, each client with its own', async () => {
    const { ask, held } = await sharingGateway();
    const asking = [ask('{ price }'), ask('{ price }')];
    await expect.poll(() => held.length).toBe(1);
    for (const response of held) json(response, { errors: [{ message: 'no' }], data: { price: null } });
    const answers = await Promise.all(asking);
    expect(answers.map(({ body }) => body.errors?.map(({ path, extensions }) => [path, extensions.code]))).toEqual(
      Array(2).fill([[['price'], 'UPSTREAM_ERROR']]),
    );
  });
});

describe('queries that are not equal', () => {
  it.each([
    [
      'other variables',
      {},
      [
        ['query Q($sku: ID) { price(sku: $sku) }', { sku: '1' }, {}],
        ['query Q($sku: ID) { price(sku: $sku) }', { sku: '2' }, {}],
      ],
    ],
    [
      'another document',
      {},
      [
        ['{ price }', {}, {}],
        ['{ cost: price }', {}, {}],
      ],
    ],
    [
      'another header that is forwarded',
      { auth: { upstream: { shop: { forward: ['X-Tenant'] } } } },
      [
        ['{ price }', {}, { 'x-tenant': 'a' }],
        ['{ price }', {}, { 'x-tenant': 'b' }],
      ],
    ],
    [
      'mutations',
      {},
      [
        ['mutation { raise }', {}, {}],
        ['mutation { raise }', {}, {}],
      ],
    ],
  ] as const)('are run each: %s', async (_, config, operations) => {
    const { ask, release, held } = await sharingGateway(config as TestSettings['config']);
    const asking = operations.map(([query, variables, headers]) => ask(query, variables, headers));
    await expect.poll(() => held.length).toBe(2);
    release({ price: 1, cost: 1, raise: 1 });
    await Promise.all(asking);
  });

  it('are all others where nothing is said of sharing', async () => {
    const { ask, release, held } = await sharingGateway({}, { deduplicate: false });
    const asking = [ask('{ price }'), ask('{ price }')];
    await expect.poll(() => held.length).toBe(2);
    release({ price: 1 });
    await Promise.all(asking);
  });

  it('are those with hand-written resolvers, which are given the whole caller', async () => {
    const calls: ServerResponse[] = [];
    const { url } = await startTestServer((_, response) => {
      calls.push(response);
      if (calls.length === 2) for (const call of calls) json(call, { data: { price: 1 } }); // never, were they one
    });
    const { ask } = await openTestGateway({
      subgraphs: {
        shop: { sdl, url },
        own: { sdl: 'type Query { mine: Int }', resolvers: './own.mjs' },
      },
      files: { 'own.mjs': 'export default { Query: { mine: () => 1 } };' },
      config: { traffic: { deduplicate: true } },
    });
    await Promise.all([ask('{ price mine }'), ask('{ price mine }')]);
    expect(calls.length).toBe(2);
  });
});

describe('a client of a shared query', () => {
  it('leaves the others theirs when it goes away', async () => {
    const { listen, release, held, seen, begun, left } = await sharingGateway();
    const url = await listen();
    const leaving = new AbortController();
    const first = fetch(url, { ...postOf({ query: '{ price }' }), signal: leaving.signal });
    await expect.poll(() => held.length).toBe(1);
    const second = fetch(url, postOf({ query: '{ price }' }));
    await expect.poll(begun).toBe(2);
    leaving.abort();
    await expect(first).rejects.toThrow('aborted');
    await expect.poll(left).toBe(true);
    release({ price: 7 });
    expect(await (await second).json()).toEqual({ data: { price: 7 } });
    await expect.poll(() => seen).toEqual(['- {price}', 'answered']);
  });

  it('ends it when it is the last to go', async () => {
    const { listen, held, seen, begun } = await sharingGateway();
    const url = await listen();
    const leaving = new AbortController();
    const asking = [1, 2].map(async () => fetch(url, { ...postOf({ query: '{ price }' }), signal: leaving.signal }));
    await expect.poll(() => held.length).toBe(1);
    await expect.poll(begun).toBe(2);
    leaving.abort();
    expect((await Promise.allSettled(asking)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect.poll(() => seen).toEqual(['- {price}', 'aborted']);
  });

  it('has its own deadline, not that of the one who asked first', async () => {
    const { pass } = holdTime();
    const { ask, release, held, received, begun } = await sharingGateway({}, { deadline: '400ms' });
    const first = ask('{ price }');
    await expect.poll(() => held.length).toBe(1);
    await pass(250);
    const second = ask('{ price }');
    await expect.poll(begun).toBe(2);
    await pass(150);
    expect((await first).body.errors?.[0]?.extensions.code).toBe('DEADLINE_EXCEEDED');
    await expect.poll(() => received.length).toBe(2);
    release({ price: 7 });
    expect((await second).body).toEqual({ data: { price: 7 } });
  });
});
