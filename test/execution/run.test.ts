import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { RequestContext } from '../../src/model/request-context.ts';
import type { FetchAnswer } from '../../src/model/source.ts';
import { briefly, testContext, testGraph } from './test-graph.ts';
import { shop } from './shop.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

function bank() {
  const log: string[] = [];
  const graph = testGraph({
    a: {
      sdl: `${link} type Query { q: Int } type Mutation { a1: T  a2: Int  must: Int! } type T @key(fields: "id") { id: ID! }`,
      resolvers: {
        Mutation: {
          a1: () => log.push('a1') && { id: '1' },
          a2: () => log.push('a2'),
          must: () => {
            log.push('must');
            throw new Error('no');
          },
        },
      },
    },
    b: {
      sdl: `${link} type Mutation { b1: Int  b2: Int } type T @key(fields: "id") { id: ID!  more: Int }`,
      resolvers: {
        Mutation: {
          b1: () => log.push('b1'),
          b2: () => {
            log.push('b2');
            throw new Error('no');
          },
        },
      },
      entities: { T: () => log.push('more') && { more: 1 } },
    },
  });
  return { ...graph, log };
}

describe('a mutation', () => {
  it('runs its fields one after another, with all that is below them', async () => {
    const { run, log } = bank();
    const { errors } = await run('mutation { a1 { more } b1 ...F } fragment F on Mutation { z: a2 }');
    expect(errors).toBeUndefined();
    expect(log).toEqual(['a1', 'more', 'b1', 'a2']);
  });

  it('goes on after a field that fails', async () => {
    const { run, log } = bank();
    const { data, errors } = await run('mutation { a2 b2 x: a2 }');
    expect(data).toEqual({ a2: 1, b2: null, x: 3 });
    expect(briefly(errors)).toEqual(['UPSTREAM_ERROR b2 b']);
    expect(log).toEqual(['a2', 'b2', 'a2']);
  });

  it('ends where a failure makes the whole response null', async () => {
    const { run, log } = bank();
    const { data, errors } = await run('mutation { b1 must x: b1 }');
    expect(data).toBeNull();
    expect(briefly(errors)).toEqual(['UPSTREAM_ERROR must a']);
    expect(log).toEqual(['b1', 'must']);
  });
});

describe('a cancelled request', () => {
  it('starts no step, and says so at the places that stay empty', async () => {
    const cancellation = new Cancellation();
    const { run, calls } = shop({
      users: {
        intercept: (answer) => {
          cancellation.cancel();
          return answer;
        },
      },
    });
    const { data, errors } = await run('{ me { name reviews { text } } }', { context: testContext({ cancellation }) });
    expect(data).toEqual({ me: { name: 'n1', reviews: null } });
    expect(briefly(errors)).toEqual(['DEADLINE_EXCEEDED me.reviews -']);
    expect(calls).toHaveLength(1);
  });

  it('that was cancelled from the start fetches nothing', async () => {
    const cancellation = new Cancellation();
    cancellation.cancel();
    const { run, calls } = shop();
    const { data, errors } = await run('{ me { name } users { id } }', { context: testContext({ cancellation }) });
    expect(data).toBeNull();
    expect(briefly(errors)).toEqual(['DEADLINE_EXCEEDED me -', 'DEADLINE_EXCEEDED users -']);
    expect(calls).toEqual([]);
  });
});

describe('a failing service', () => {
  it('leaves the others’ fields whole', async () => {
    const { run } = shop({ reviews: { intercept: () => Promise.reject(new Error('socket 10.0.0.1')) } });
    const { data, errors } = await run('{ users { name } me { reviews { text } } }');
    expect(data).toEqual({ users: [{ name: 'n1' }, { name: 'n2' }, { name: 'n3' }], me: { reviews: null } });
    expect(briefly(errors)).toEqual(['INTERNAL_ERROR me.reviews -']);
    expect(errors?.[0]?.message).not.toContain('10.0.0.1');
  });

  it('is reported at each root field it was asked for, and not at those it was not', async () => {
    const { run } = shop({
      users: {
        intercept: () => ({
          data: null,
          errors: [new GatewayError('UPSTREAM_TIMEOUT', 'too slow', { extensions: { attempts: 2 } })],
        }),
      },
    });
    const { errors } = await run(
      'query ($no: Boolean = false) { a: me { name } maybe { id } users @include(if: $no) { id } }',
    );
    expect(briefly(errors)).toEqual(['UPSTREAM_TIMEOUT a users', 'UPSTREAM_TIMEOUT maybe users']);
    expect(errors?.[0]?.extensions).toEqual({ attempts: 2 });
  });
});

describe('shared root fields', () => {
  const shared = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@shareable"])';
  const part = (field: string, items: unknown[]) => ({
    sdl: `${shared} type Query { items: [Item] @shareable } type Item { id: ID! @shareable  ${field}: Int }`,
    resolvers: { Query: { items: () => items } },
  });

  it('are merged item by item', async () => {
    const { run } = testGraph({ a: part('a', [{ id: 1, a: 1 }, null]), b: part('b', [{ id: 1, b: 2 }, null]) });
    expect(await run('{ items { a b } }')).toEqual({ data: { items: [{ a: 1, b: 2 }, null] } });
  });

  it('are not mixed if the lists differ in length', async () => {
    const { run } = testGraph({
      a: part('a', [{ id: 1, a: 1 }]),
      b: part('b', [
        { id: 2, b: 2 },
        { id: 1, b: 3 },
      ]),
    });
    const { errors } = await run('{ items { a b } }');
    expect(briefly(errors)).toEqual([expect.stringMatching(/^UPSTREAM_BAD_RESPONSE items [ab]$/)]);
  });
});

describe('a subscription', () => {
  const sdl = `${link} type Query { q: Int } type Subscription { ticked(n: Int): T } type T @key(fields: "id") { id: ID!  name: String }`;
  const more = {
    sdl: `${link} type T @key(fields: "id") { id: ID!  more: Int }`,
    entities: { T: ({ id }: { id?: unknown }) => ({ more: Number(id) }) },
  };
  const query = 'subscription { t: ticked { name more } }';
  const event = (id: string): FetchAnswer => ({ data: { t: { __typename: 'T', id, name: `n${id}` } } });

  async function subscribe(events: (context: RequestContext) => AsyncIterable<FetchAnswer>, context = testContext()) {
    const graph = testGraph({ a: { sdl, events }, b: more });
    const compiled = await graph.compile(query);
    return { results: compiled.subscribe({}, context)[Symbol.asyncIterator](), calls: graph.calls };
  }

  it('takes each event through the rest of the plan', async () => {
    const { results, calls } = await subscribe(async function* () {
      yield event('1');
      yield event('2');
    });
    expect(await results.next()).toEqual({ done: false, value: { data: { t: { name: 'n1', more: 1 } } } });
    expect(await results.next()).toEqual({ done: false, value: { data: { t: { name: 'n2', more: 2 } } } });
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect(calls).toHaveLength(3);
  });

  it('goes on after an event that is an error', async () => {
    const { results } = await subscribe(async function* () {
      yield { data: null, errors: [new GatewayError('UPSTREAM_BAD_RESPONSE', 'poisoned')] };
      yield event('2');
    });
    const first = await results.next();
    expect(first.value?.data).toEqual({ t: null });
    expect(briefly(first.value?.errors)).toEqual(['UPSTREAM_BAD_RESPONSE t a']);
    expect((await results.next()).value?.data).toEqual({ t: { name: 'n2', more: 2 } });
  });

  it('ends with a result that says why if the stream fails', async () => {
    const { results } = await subscribe(async function* () {
      yield event('1');
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'gone');
    });
    await results.next();
    const last = await results.next();
    expect(last.value?.data).toEqual({ t: null });
    expect(briefly(last.value?.errors)).toEqual(['UPSTREAM_UNAVAILABLE t a']);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('closes the service’s stream when the client leaves, also while waiting', async () => {
    const log: string[] = [];
    const { results } = await subscribe(async function* ({ cancellation }) {
      try {
        yield event('1');
        await new Promise<void>((resolve) => cancellation.onCancel(() => resolve()));
      } finally {
        log.push('closed');
      }
    });
    await results.next();
    const waiting = results.next();
    await results.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(log).toEqual(['closed']);
  });

  it('shares nothing between its events', async () => {
    const scopes: unknown[] = [];
    const graph = testGraph({
      a: {
        sdl,
        events: async function* () {
          yield event('1');
          yield event('1');
        },
      },
      b: {
        ...more,
        intercept: (answer, _call, { scope }) => {
          scopes.push(scope);
          return answer;
        },
      },
    });
    const context = testContext();
    for await (const result of (await graph.compile(query)).subscribe({}, context))
      expect(result.errors).toBeUndefined();
    expect(new Set([...scopes, context.scope]).size).toBe(3);
  });

  it('ends when the request is cancelled', async () => {
    const cancellation = new Cancellation();
    const { results } = await subscribe(async function* (context) {
      yield event('1');
      await new Promise<void>((resolve) => context.cancellation.onCancel(() => resolve()));
    }, testContext({ cancellation }));
    await results.next();
    const waiting = results.next();
    cancellation.cancel();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});
