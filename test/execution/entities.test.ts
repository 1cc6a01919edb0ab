import { describe, expect, it } from 'vitest';
import { briefly, testGraph } from './test-graph.ts';
import { shop, usersSdl } from './shop.ts';

describe('entity fetches', () => {
  it('ask for each representation once and give the answer to every position', async () => {
    let sent: unknown;
    const { run, calls } = shop({
      reviews: {
        intercept: (answer, { variables }) => {
          sent = variables['representations'];
          return answer;
        },
      },
      users: { resolvers: { Query: { users: () => [{ id: '1' }, { id: '2' }, { id: '1' }] } } },
    });
    const { data } = await run('{ users { reviews { text } } }');
    expect(data).toEqual({
      users: [{ reviews: [{ text: 't1' }] }, { reviews: [{ text: 't2' }] }, { reviews: [{ text: 't1' }] }],
    });
    expect(sent).toEqual([
      { __typename: 'User', id: '1' },
      { __typename: 'User', id: '2' },
    ]);
    expect(calls).toHaveLength(2);
  });

  it('fill positions of one entity apart: what a later fetch brings to one is not seen at the other', async () => {
    const { run } = shop({
      users: { resolvers: { Query: { users: () => [{ id: '1' }, { id: '1' }], me: () => ({ id: '1' }) } } },
    });
    const { data, errors } = await run('{ users { reviews { author { name } } } me { reviews { author { nick } } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      users: [{ reviews: [{ author: { name: 'n1' } }] }, { reviews: [{ author: { name: 'n1' } }] }],
      me: { reviews: [{ author: { nick: null } }] },
    });
  });

  it('are not sent where there is nothing to ask for', async () => {
    const { run, calls } = shop({ users: { resolvers: { Query: { me: () => null } } } });
    expect(await run('{ me { reviews { text } } }')).toEqual({ data: { me: null } });
    expect(calls).toHaveLength(1);
  });

  it('leave out null items of a list', async () => {
    const { run } = shop();
    const { data } = await run('{ maybe { name reviews { text } } }');
    expect(data).toEqual({
      maybe: [{ name: 'n1', reviews: [{ text: 't1' }] }, null, { name: 'n2', reviews: [{ text: 't2' }] }],
    });
  });

  it('are sent for every item of lists in lists, and keep the paths of their errors', async () => {
    const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';
    const { run } = testGraph({
      rows: {
        sdl: `${link} type Query { rows: [[User]] } type User @key(fields: "id", resolvable: false) { id: ID! }`,
        resolvers: { Query: { rows: () => [[{ id: '1' }, null], [], null, [{ id: '2' }]] } },
      },
      names: {
        sdl: `${link} type User @key(fields: "id") { id: ID!  name: String }`,
        entities: { User: (key) => key },
        resolvers: {
          User: {
            name: ({ id }) => {
              if (id === '2') throw new Error('no name');
              return 'n1';
            },
          },
        },
      },
    });
    const { data, errors } = await run('{ rows { name } }');
    expect(data).toEqual({ rows: [[{ name: 'n1' }, null], [], null, [{ name: null }]] });
    expect(briefly(errors)).toEqual(['UPSTREAM_ERROR rows.3.0.name names']);
  });

  it('take an entity that is not found as null fields without an error', async () => {
    const { run } = shop({ reviews: { entities: { User: () => null } } });
    expect(await run('{ me { name reviews { text } } }')).toEqual({ data: { me: { name: 'n1', reviews: null } } });
  });

  it('send no representation with a null key', async () => {
    const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';
    const { run, calls } = testGraph({
      a: {
        sdl: `${link} type Query { t: T } type T @key(fields: "k") { k: ID  a: Int }`,
        resolvers: { Query: { t: () => ({ a: 1 }) } },
      },
      b: { sdl: `${link} type T @key(fields: "k") { k: ID  b: Int }`, entities: { T: () => ({ b: 1 }) } },
    });
    expect(await run('{ t { a b } }')).toEqual({ data: { t: { a: 1, b: null } } });
    expect(calls).toEqual(['a: {t{__typename a k}}']);
  });

  it('send a required field that is null', async () => {
    const link =
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external"])';
    const { run } = testGraph({
      a: {
        sdl: `${link} type Query { t: T } type T @key(fields: "k") { k: ID!  w: Int }`,
        resolvers: { Query: { t: () => ({ k: '1', w: null }) } },
      },
      b: {
        sdl: `${link} type T @key(fields: "k") { k: ID!  w: Int @external  heavy: Boolean @requires(fields: "w") }`,
        entities: { T: ({ w }) => ({ heavy: w === null ? false : true }) },
      },
    });
    expect(await run('{ t { heavy } }')).toEqual({ data: { t: { heavy: false } } });
  });
});

describe('an answer of entities that cannot be trusted', () => {
  it('is not used if it has another length', async () => {
    const { run } = shop({ reviews: { intercept: () => ({ data: { _entities: [{ score: 1 }] } }) } });
    const { data, errors } = await run('{ maybe { name reviews { text } } }');
    expect(data).toEqual({ maybe: [{ name: 'n1', reviews: null }, null, { name: 'n2', reviews: null }] });
    expect(briefly(errors)).toEqual([
      'UPSTREAM_BAD_RESPONSE maybe.0.reviews reviews',
      'UPSTREAM_BAD_RESPONSE maybe.2.reviews reviews',
    ]);
  });

  it('is not used where it holds an object of another type', async () => {
    const { run } = shop({
      reviews: { intercept: () => ({ data: { _entities: [{ __typename: 'Review', reviews: [] }] } }) },
    });
    const { data, errors } = await run('{ me { reviews { text } } }');
    expect(data).toEqual({ me: { reviews: null } });
    expect(briefly(errors)).toEqual(['UPSTREAM_BAD_RESPONSE me.reviews reviews']);
  });

  it.each([
    ['an item that is no object', [7]],
    ['no list', { 0: {} }],
    ['nothing', undefined],
    ['null without an error', null],
  ])('is reported: %s', async (_, entities) => {
    const { run } = shop({ reviews: { intercept: () => ({ data: { _entities: entities } }) } });
    const { data, errors } = await run('{ me { reviews { text } } }');
    expect(data).toEqual({ me: { reviews: null } });
    expect(briefly(errors)).toEqual(['UPSTREAM_BAD_RESPONSE me.reviews reviews']);
  });

  it('brings no keys that it was not asked for', async () => {
    const { run } = shop({
      reviews: { intercept: () => ({ data: { _entities: [{ reviews: [], name: 'evil', id: '9' }] } }) },
    });
    const { data } = await run('{ me { id name reviews { text } } }');
    expect(data).toEqual({ me: { id: '1', name: 'n1', reviews: [] } });
  });
});

describe('errors of an entity fetch', () => {
  it('stand at each position of the representation, in the client’s keys', async () => {
    const { run } = shop({
      users: { resolvers: { Query: { users: () => [{ id: '1' }, { id: '2' }, { id: '2' }] } } },
      reviews: { resolvers: { Review: { text: ({ text }) => (text === 't2' ? fail('no text') : text) } } },
    });
    const { data, errors } = await run('{ all: users { said: reviews { name: text } } }');
    expect(data).toEqual({ all: [{ said: [{ name: 't1' }] }, { said: null }, { said: null }] });
    expect(briefly(errors)).toEqual([
      'UPSTREAM_ERROR all.1.said.0.name reviews',
      'UPSTREAM_ERROR all.2.said.0.name reviews',
    ]);
  });

  it('keep the service’s words for operators', async () => {
    const { run } = shop({ reviews: { entities: { User: () => fail('secret host') } } });
    const { errors } = await run('{ me { reviews { text } } }');
    expect(errors?.map(({ message, detail }) => [message, detail])).toEqual([
      ['A service answered with an error.', 'secret host'],
    ]);
  });

  it('are summed up after five at the path they have in common', async () => {
    const { run } = shop({
      users: { resolvers: { Query: { users: () => Array.from({ length: 100 }, (_, id) => ({ id: String(id) })) } } },
      reviews: { intercept: () => ({ data: null, errors: [] }) },
    });
    const { data, errors } = await run('{ users { id reviews { text } } }');
    expect(data?.['users']).toHaveLength(100);
    expect(briefly(errors)).toEqual([
      ...[0, 1, 2, 3].map((index) => `UPSTREAM_BAD_RESPONSE users.${index}.reviews reviews`),
      'UPSTREAM_BAD_RESPONSE users reviews',
    ]);
    expect(errors?.at(-1)?.extensions).toEqual({ places: 96 });
  });

  it('reach what needs the fields that are lacking', async () => {
    const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';
    const { run, calls } = testGraph({
      a: {
        sdl: `${link} type Query { t: T } type T @key(fields: "k") { k: ID! }`,
        resolvers: { Query: { t: () => ({ k: '1' }) } },
      },
      b: {
        sdl: `${link} type T @key(fields: "k") @key(fields: "l") { k: ID!  l: ID! }`,
        intercept: () => ({ data: null }),
      },
      c: { sdl: `${link} type T @key(fields: "l") { l: ID!  c: Int }`, entities: { T: () => ({ c: 1 }) } },
    });
    const { data, errors } = await run('{ t { c } }');
    expect(data).toEqual({ t: { c: null } });
    expect(briefly(errors)).toEqual(['UPSTREAM_BAD_RESPONSE t.c b']);
    expect(calls).toHaveLength(2);
  });

  it('explain a null that a non-null field makes bubble: there is one error', async () => {
    const { run } = shop({ reviews: { entities: { User: () => fail('down') } } });
    const { data, errors } = await run('{ me { name score } }');
    expect(data).toEqual({ me: null });
    expect(briefly(errors)).toEqual(['UPSTREAM_ERROR me.score reviews']);
  });
});

it('keeps the services apart whose fields stand in one list', async () => {
  const { run } = shop({
    users: { sdl: usersSdl },
    reviews: { entities: { User: ({ id }) => (id === '2' ? null : { score: 1, reviews: null }) } },
  });
  const { data } = await run('{ users { name reviews { text } } }');
  expect(data).toEqual({ users: [1, 2, 3].map((id) => ({ name: `n${id}`, reviews: null })) });
});

function fail(message: string): never {
  throw new Error(message);
}
