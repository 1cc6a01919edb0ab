import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { briefly, testGraph, type TestService } from './test-graph.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external"])';

const names: Record<string, string> = { '1': 'one', '2': 'two', '3': 'three' };

/** Answers that come late, the first of them perhaps with an error. */
function slowly(error?: GatewayError): NonNullable<TestService['intercept']> {
  let calls = 0;
  return async (answer) => {
    calls += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return error === undefined || calls > 1 ? answer : { data: null, errors: [error] };
  };
}

/** A catalog of products 1 and 2, with reviews that name the products of `reviewed`. */
function shop(
  reviewed: readonly string[],
  more: {
    readonly catalog?: Partial<TestService>;
    readonly stock?: Partial<TestService>;
    readonly entityStore?: boolean;
  } = {},
) {
  const product = (id: string) => ({ __typename: 'Product', id, name: names[id] });
  return testGraph(
    {
      catalog: {
        sdl: `${link} type Query { top: [Product] } type Mutation { rename: Product }
          type Product @key(fields: "id") { id: ID!  name: String  price(in: String): Int  weight: Int }`,
        resolvers: {
          Query: { top: () => [product('1'), product('2')] },
          Mutation: { rename: () => product('1') },
          Product: { price: (_, args) => (args['in'] === 'EUR' ? 1 : 2) },
        },
        entities: { Product: ({ id }) => product(String(id)) },
        ...more.catalog,
      },
      reviews: {
        sdl: `${link} type Product @key(fields: "id") { id: ID!  similar: [Product] }`,
        resolvers: { Product: { similar: () => reviewed.map(product) } },
        entities: { Product: (key) => key },
      },
      stock: {
        sdl: `${link} type Product @key(fields: "id") { id: ID!  weight: Int @external  heavy: Boolean @requires(fields: "weight") }`,
        resolvers: { Product: { heavy: ({ weight }) => Number(weight) > 5 } },
        entities: { Product: (key) => key },
        ...more.stock,
      },
    },
    { entityStore: more.entityStore },
  );
}

const asked = (calls: readonly string[]) => calls.map((call) => call.slice(0, call.indexOf(':')));

describe('the entity store', () => {
  it('asks a service once for what it says of an entity', async () => {
    const { run, calls } = shop(['2', '1']);
    expect(await run('{ top { name similar { name } } }')).toEqual({
      data: {
        top: [
          { name: 'one', similar: [{ name: 'two' }, { name: 'one' }] },
          { name: 'two', similar: [{ name: 'two' }, { name: 'one' }] },
        ],
      },
    });
    expect(asked(calls)).toEqual(['catalog', 'reviews']);
  });

  it('asks for the entities that are new', async () => {
    const representations: unknown[] = [];
    const { run, calls } = shop(['1', '3'], {
      catalog: {
        intercept: (answer, { variables }) => {
          representations.push(...Object.values(variables).flat());
          return answer;
        },
      },
    });
    const { data } = await run('{ top { name similar { name } } }');
    expect(data).toMatchObject({ top: [{ similar: [{ name: 'one' }, { name: 'three' }] }, {}] });
    expect(asked(calls)).toEqual(['catalog', 'reviews', 'catalog']);
    expect(representations).toEqual([{ __typename: 'Product', id: '3' }]);
  });

  it('tells a field from the same with other arguments, and knows it under another alias', async () => {
    const { run, calls } = shop(['1']);
    const { data } = await run('{ top { eur: price(in: "EUR") similar { usd: price(in: "USD") } } }');
    expect(data).toMatchObject({ top: [{ eur: 1, similar: [{ usd: 2 }] }, {}] });
    expect(asked(calls)).toEqual(['catalog', 'reviews', 'catalog']);
    calls.splice(0);
    const aliased = await run('{ top { eur: price(in: "EUR") similar { euros: price(in: "EUR") } } }');
    expect(aliased.data).toMatchObject({ top: [{ eur: 1, similar: [{ euros: 1 }] }, {}] });
    expect(asked(calls)).toEqual(['catalog', 'reviews']);
  });

  it('asks again after an answer with errors', async () => {
    let failures = 1;
    const { run, calls } = shop(['1'], {
      catalog: {
        resolvers: {
          Query: { top: () => [{ id: '1' }] },
          Product: {
            name: () => {
              if (failures-- > 0) throw new Error('no name');
              return 'one';
            },
          },
        },
      },
    });
    const { data, errors } = await run('{ top { name similar { name } } }');
    expect(data).toEqual({ top: [{ name: null, similar: [{ name: 'one' }] }] });
    expect(briefly(errors)).toEqual(['UPSTREAM_ERROR top.0.name catalog']);
    expect(asked(calls)).toEqual(['catalog', 'reviews', 'catalog']);
  });

  it('takes what was asked with the same requirements from an earlier fetch of entities', async () => {
    const { run, calls } = shop(['1'], {
      catalog: {
        resolvers: { Query: { top: () => [{ id: '1', weight: 9 }] } },
        entities: { Product: () => ({ weight: 9 }) },
      },
    });
    const { data } = await run('{ top { heavy similar { heavy } } }');
    expect(data).toEqual({ top: [{ heavy: true, similar: [{ heavy: true }] }] });
    expect(asked(calls).toSorted()).toEqual(['catalog', 'reviews', 'stock']);
  });

  const heavyTop = {
    resolvers: { Query: { top: () => [{ id: '1', weight: 9 }] } },
    entities: { Product: () => ({ weight: 9 }) },
  };

  it('waits for an answer that is under way instead of asking the same again', async () => {
    const { run, calls } = shop(['1'], { catalog: heavyTop, stock: { intercept: slowly() } });
    const { data } = await run('{ top { heavy similar { heavy } } }');
    expect(data).toEqual({ top: [{ heavy: true, similar: [{ heavy: true }] }] });
    expect(asked(calls).filter((service) => service === 'stock')).toEqual(['stock']);
  });

  it('asks by itself when the answer that it waited for had errors', async () => {
    const error = new GatewayError('UPSTREAM_UNAVAILABLE', 'gone');
    const { run, calls } = shop(['1'], { catalog: heavyTop, stock: { intercept: slowly(error) } });
    const { data, errors } = await run('{ top { heavy similar { heavy } } }');
    const { top } = data as { top: [{ heavy: unknown; similar: [{ heavy: unknown }] }] };
    expect(new Set([top[0].heavy, top[0].similar[0].heavy])).toEqual(new Set([null, true]));
    expect(errors).toHaveLength(1);
    expect(asked(calls).filter((service) => service === 'stock')).toEqual(['stock', 'stock']);
  });

  it('keeps nothing in a mutation', async () => {
    const { run, calls } = shop(['1']);
    expect((await run('mutation { rename { name similar { name } } }')).data).toEqual({
      rename: { name: 'one', similar: [{ name: 'one' }] },
    });
    expect(asked(calls)).toEqual(['catalog', 'reviews', 'catalog']);
  });

  it('can be switched off', async () => {
    const { run, calls } = shop(['2'], { entityStore: false });
    await run('{ top { name similar { name } } }');
    expect(asked(calls)).toEqual(['catalog', 'reviews', 'catalog']);
  });

  it('is not misled by one response key that means different fields of different types', async () => {
    const work = (id: string) => ({ __typename: 'Work', id, title: `title${id}`, subtitle: `sub${id}` });
    const { run } = testGraph({
      works: {
        sdl: `${link} type Query { items: [Item] } union Item = Book | Film
          type Book { work: Work } type Film { work: Work }
          type Work @key(fields: "id") { id: ID!  title: String  subtitle: String }`,
        resolvers: {
          Query: {
            items: () => [
              { __typename: 'Book', work: work('1') },
              { __typename: 'Film', work: work('2') },
            ],
          },
        },
        entities: { Work: ({ id }) => work(String(id)) },
      },
      twins: {
        sdl: `${link} type Work @key(fields: "id") { id: ID!  twin: Work }`,
        resolvers: { Work: { twin: ({ id }) => ({ __typename: 'Work', id }) } },
        entities: { Work: (key) => key },
      },
    });
    const query = `{ items {
      ... on Book { work { name: title twin { title } } }
      ... on Film { work { name: subtitle twin { title } } }
    } }`;
    expect(await run(query)).toEqual({
      data: {
        items: [
          { work: { name: 'title1', twin: { title: 'title1' } } },
          { work: { name: 'sub2', twin: { title: 'title2' } } },
        ],
      },
    });
  });
});
