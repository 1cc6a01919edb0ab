import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Cancellation } from '../../../src/model/cancellation.ts';
import { createTestContext } from '../http/test-context.ts';
import { json, type Received, startTestServer } from '../http/test-server.ts';
import { boundSubgraph } from './bound-subgraph.ts';

/** A REST service that answers by path; what it was asked is logged as "METHOD path". */
async function shop(sdl: string, answers: Readonly<Record<string, unknown>>) {
  const server = await startTestServer((received, response) => {
    const found = answers[`${received.method} ${received.path}`] ?? answers[received.path.split('?')[0] ?? ''];
    const answer = typeof found === 'function' ? (found as (received: Received) => unknown)(received) : found;
    if (answer === undefined) json(response, { title: 'not here' }, { status: 404 });
    else if (typeof answer === 'number') json(response, { title: 'trouble' }, { status: answer });
    else json(response, answer);
  });
  const subgraph = boundSubgraph(sdl, { url: server.url });
  const log = () => server.received.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);
  return { ...subgraph, server, log };
}

const catalogSdl = `
  extend schema @source(naming: SNAKE_CASE)
  type Query {
    product(sku: ID!): Product @rest(GET: "/products/{sku}")
    products(category: String, limit: Int = 20): [Product!]! @rest(GET: "/products{?category,limit}", select: "data.items")
  }
  type Product @key(fields: "sku") @rest(GET: "/batch?skus={sku}", select: "items", batch: { max: 2, match: "sku" }) {
    sku: ID!
    name: String!
    priceCents: Int! @map(from: "price.amount")
    stockCount: Int
    tags: [String!]
    maker: Maker @map(from: "{ id: maker_id }")
    reviews: [Review!]! @rest(GET: "/products/{sku}/reviews")
  }
  type Maker @key(fields: "id", resolvable: false) { id: ID! }
  type Review { text: String! stars: Int }
`;
const loom = { sku: 'A', name: 'Loom', price: { amount: 1250 }, stock_count: 3, tags: ['wood'], maker_id: 7 };
const yarn = { sku: 'B', name: 'Yarn', price: { amount: 300 }, stock_count: null, tags: null, maker_id: null };

describe('a root field', () => {
  it('gives what is selected of the answer, under names, maps and aliases', async () => {
    const { run, log } = await shop(catalogSdl, { '/products/A': loom });
    const { data, errors } = await run(
      '{ loom: product(sku: "A") { __typename id: sku name priceCents stockCount tags maker { __typename id } } }',
    );
    expect(data).toEqual({
      loom: {
        __typename: 'Product',
        id: 'A',
        name: 'Loom',
        priceCents: 1250,
        stockCount: 3,
        tags: ['wood'],
        maker: { __typename: 'Maker', id: '7' },
      },
    });
    expect(errors).toEqual([]);
    expect(log()).toEqual(['GET /products/A']);
  });

  it('fills in arguments from variables, defaults and literals', async () => {
    const { run, log } = await shop(catalogSdl, { '/products': { data: { items: [] } } });
    await run(
      'query ($c: String, $l: Int = 5) { a: products(category: $c, limit: $l) { sku } b: products(category: "x y&z") { sku } }',
      {
        c: 'wool',
      },
    );
    expect(log().toSorted()).toEqual(['GET /products?category=wool&limit=5', 'GET /products?category=x y&z&limit=20']);
  });

  it('follows @skip, @include and fragments', async () => {
    const { run } = await shop(catalogSdl, { '/products/A': loom });
    const operation = `
      query ($yes: Boolean!, $no: Boolean!) {
        product(sku: "A") { ...Parts @include(if: $yes) ...on Product @skip(if: $yes) { tags } sku @include(if: $no) }
      }
      fragment Parts on Product { name maker { id @skip(if: $no) } maker { __typename } }
    `;
    expect((await run(operation, { yes: true, no: false })).data).toEqual({
      product: { name: 'Loom', maker: { id: '7', __typename: 'Maker' } },
    });
  });

  it('is null for what does not exist, without an error where it is one nullable object', async () => {
    const { run } = await shop(catalogSdl, {});
    expect(await run('{ product(sku: "Z") { name } }')).toMatchObject({ data: { product: null }, errors: [] });
    expect(await run('{ products { name } }')).toMatchObject({
      data: { products: null },
      errors: ['UPSTREAM_BAD_RESPONSE at products'],
    });
  });

  it('refers to nothing where the key of a reference is null', async () => {
    const { run } = await shop(catalogSdl, { '/products/B': yarn });
    expect((await run('{ product(sku: "B") { maker { id } stockCount tags } }')).data).toEqual({
      product: { maker: null, stockCount: null, tags: null },
    });
  });

  it('asks once for what several fields are read of, but not again after a failure', async () => {
    let isDown = true;
    const sdl = `
      type Query { post: Post @rest(GET: "/post")  name: String @rest(GET: "/post", select: "name")  late: String @rest(GET: "/post", select: "name") @timeout(ms: 900) }
      type Mutation { a: Post @rest(GET: "/post")  b: Post @rest(GET: "/post") }
      type Post @key(fields: "id", resolvable: false) {
        id: ID!
        likes: Int @rest(GET: "/stats?ids={id}", batch: { match: "id" })
        tags: [String!] @rest(GET: "/stats?ids={id}", batch: { match: "id" })
        other: Int @rest(GET: "/other/{id}", select: "a")
        another: Int @rest(GET: "/other/{id}", select: "b")
      }
    `;
    const { run, log } = await shop(sdl, {
      '/post': { id: 1, name: 'One' },
      '/stats': [{ id: 1, likes: 3, tags: ['x'] }],
      '/other/1': () => {
        if (isDown) return 500;
        return { a: 1, b: 2 };
      },
    });
    const query = '{ post { likes tags other another } name }';
    expect(await run(query)).toMatchObject({
      data: { post: { likes: 3, tags: ['x'], other: null, another: null }, name: 'One' },
      errors: ['UPSTREAM_ERROR at post.other', 'UPSTREAM_ERROR at post.another'],
    });
    expect(log().toSorted()).toEqual(['GET /other/1', 'GET /post', 'GET /stats?ids=1']);
    isDown = false;
    expect((await run(query)).data).toEqual({ post: { likes: 3, tags: ['x'], other: 1, another: 2 }, name: 'One' });
    expect(log()).toHaveLength(6);
    await run('{ name late }');
    await run('mutation { a { id } b { id } }');
    expect(log()).toHaveLength(10);
  });

  it('asks once for what is asked for twice in a request', async () => {
    const { run, log } = await shop(catalogSdl, { '/products/A': loom });
    await run('{ a: product(sku: "A") { name } b: product(sku: "A") { sku } }');
    expect(log()).toEqual(['GET /products/A']);
  });

  it.each([
    ['a list', [loom], 'UPSTREAM_BAD_RESPONSE at product'],
    ['a text', '"x"', 'UPSTREAM_BAD_RESPONSE at product'],
    [
      'a price that is no number',
      { ...loom, price: { amount: 'dear' } },
      'UPSTREAM_BAD_RESPONSE at product.priceCents',
    ],
    ['tags that are no list', { ...loom, tags: 'wood' }, 'UPSTREAM_BAD_RESPONSE at product.tags'],
    ['tags that hold an object', { ...loom, tags: ['wood', {}] }, 'UPSTREAM_BAD_RESPONSE at product.tags.1'],
  ])('does not use %s where the schema says otherwise', async (_, answer, error) => {
    const { run } = await shop(catalogSdl, { '/products/A': answer });
    expect((await run('{ product(sku: "A") { sku priceCents tags } }')).errors).toEqual([error]);
  });

  it('keeps aliases and answers named like a prototype’s parts as plain data', async () => {
    const { run } = await shop(catalogSdl, { '/products/A': loom });
    const { data } = await run('{ __proto__: product(sku: "A") { constructor: name __proto__: sku } }');
    expect(JSON.stringify(data)).toBe('{"__proto__":{"constructor":"Loom","__proto__":"A"}}');
    expect(({} as Record<string, unknown>)['sku']).toBeUndefined();
  });

  it('keeps the others when one fails', async () => {
    const { run } = await shop(catalogSdl, { '/products/A': loom, '/products': 500 });
    expect(await run('{ product(sku: "A") { name } products { name } }')).toMatchObject({
      data: { product: { name: 'Loom' }, products: null },
      errors: ['UPSTREAM_ERROR at products'],
    });
  });
});

describe('an entity', () => {
  const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { name priceCents } } }';
  const products = (...skus: string[]) => ({ r: skus.map((sku) => ({ __typename: 'Product', sku })) });
  const batch = ({ path }: Received) => {
    const skus = decodeURIComponent(path).split('=')[1]?.split(',') ?? [];
    return { items: [loom, yarn, loom].filter(({ sku }) => skus.includes(sku)).toReversed() };
  };

  it('is fetched in batches, matched by its key, once for each key', async () => {
    const { run, log } = await shop(catalogSdl, { '/batch': batch });
    const { data, errors } = await run(entities, products('A', 'B', 'A', 'Z'));
    expect(data).toEqual({
      _entities: [
        { name: 'Loom', priceCents: 1250 },
        { name: 'Yarn', priceCents: 300 },
        { name: 'Loom', priceCents: 1250 },
        null,
      ],
    });
    expect(errors).toEqual([]);
    expect(log().toSorted()).toEqual(['GET /batch?skus=A,B', 'GET /batch?skus=Z']);
  });

  it('is fetched once by several aliases, and by several fetches of a request', async () => {
    const { run, log } = await shop(catalogSdl, { '/batch': batch });
    const context = createTestContext();
    const operation = `query ($a: [_Any!]!, $b: [_Any!]!) {
      _e0: _entities(representations: $a) { ... on Product { name } }
      _e1: _entities(representations: $b) { ... on Product { priceCents } }
    }`;
    const { data } = await run(operation, { a: products('A').r, b: products('A').r }, context);
    await run(entities, products('A'), context);
    expect(data).toEqual({ _e0: [{ name: 'Loom' }], _e1: [{ priceCents: 1250 }] });
    expect(log()).toEqual(['GET /batch?skus=A']);
  });

  it('is not fetched for its key alone, nor for what its representation holds', async () => {
    const { run, log } = await shop(catalogSdl, {});
    const { data } = await run(
      'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Product { sku name maker { id } } } }',
      { r: [{ __typename: 'Product', sku: 'A', name: 'Given', maker: { id: '9' } }] },
    );
    expect(data).toEqual({ _entities: [{ __typename: 'Product', sku: 'A', name: 'Given', maker: { id: '9' } }] });
    expect(log()).toEqual([]);
  });

  it('is fetched when its representation holds a part of an object only', async () => {
    const sdl = `
      type Query { x: Int @rest(GET: "/x") }
      type Shelf @key(fields: "id place { row }") @rest(GET: "/shelves/{id}") { id: ID! place: Place }
      type Place { row: Int column: Int }
    `;
    const { run, log } = await shop(sdl, { '/shelves/1': { id: '1', place: { row: 2, column: 3 } } });
    const representation = { __typename: 'Shelf', id: '1', place: { row: 2 } };
    const select = (place: string) =>
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Shelf { place { ${place} } } } }`;
    expect((await run(select('row'), { r: [representation] })).data).toEqual({ _entities: [{ place: { row: 2 } }] });
    expect(log()).toEqual([]);
    expect((await run(select('row column'), { r: [representation] })).data).toEqual({
      _entities: [{ place: { row: 2, column: 3 } }],
    });
    expect(log()).toEqual(['GET /shelves/1']);
  });

  it('has its calls’ failure at each of its places, and keeps what has a call of its own', async () => {
    const { run } = await shop(catalogSdl, {
      '/batch': (received: Received) => (received.path.includes('A') ? 500 : { items: [{ ...yarn, sku: 'C' }] }),
      '/products/A/reviews': [{ text: 'Good' }],
    });
    const operation =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { name reviews { text } } } }';
    expect(await run(operation, products('A', 'B', 'C'))).toMatchObject({
      data: {
        _entities: [
          { name: null, reviews: [{ text: 'Good' }] },
          { name: null, reviews: null },
          { name: 'Yarn', reviews: null },
        ],
      },
      errors: expect.arrayContaining(['UPSTREAM_ERROR at _entities.0', 'UPSTREAM_ERROR at _entities.1']),
    });
  });

  it.each([
    ['no list', { items: loom }],
    ['a list of texts', { items: ['A'] }],
    ['items without the key', { items: [{ name: 'Loom' }] }],
    ['nothing', {}],
  ])('is not made of %s', async (_, answer) => {
    const { run } = await shop(catalogSdl, { '/batch': answer });
    expect(await run(entities, products('A'))).toMatchObject({
      data: { _entities: [null] },
      errors: ['UPSTREAM_BAD_RESPONSE at _entities.0'],
    });
  });

  it('is an error for a whole batch that does not exist', async () => {
    const { run } = await shop(catalogSdl, {});
    expect((await run(entities, products('A'))).errors).toEqual(['UPSTREAM_BAD_RESPONSE at _entities.0']);
  });

  it('is matched by all fields of a composite key, whatever the order and the types of the answer', async () => {
    const sdl = `
      type Query { x: Int @rest(GET: "/x") }
      type Seat @key(fields: "row number") @rest(POST: "/seats", body: "{ rows: this.row, numbers: this.number }", batch: { max: 9, match: "row number" }) {
        row: ID! number: Int! taken: Boolean
      }
    `;
    const { run, server } = await shop(sdl, {
      '/seats': [
        { row: 2, number: '1', taken: true },
        { row: '1', number: 2, taken: false },
      ],
    });
    const operation = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Seat { taken } } }';
    const seats = [
      { __typename: 'Seat', row: '1', number: 2 },
      { __typename: 'Seat', row: '2', number: 1 },
    ];
    expect((await run(operation, { r: seats })).data).toEqual({ _entities: [{ taken: false }, { taken: true }] });
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({ rows: ['1', '2'], numbers: [2, 1] });
  });

  it('may be asked for by a list of its keys', async () => {
    const asked: unknown[] = [];
    const { run } = await shop(
      `type Query { seats: [Seat!]! @rest(GET: "/plan") }
      type Seat @key(fields: "row { id } number") @rest(POST: "/seats", body: "{ keys: keys[].{ row: row.id, number: number } }", batch: { match: "row number" }) {
        row: Row!  number: Int!  price: Int
      }
      type Row { id: ID! }`,
      {
        '/plan': [
          { row: { id: 'a' }, number: 1 },
          { row: { id: 'a' }, number: 2 },
        ],
        '/seats': ({ body }: Received) => {
          asked.push(JSON.parse(body));
          return [
            { row: { id: 'a' }, number: 2, price: 20 },
            { row: { id: 'a' }, number: 1, price: 10 },
          ];
        },
      },
    );
    expect((await run('{ seats { number price } }')).data).toEqual({
      seats: [
        { number: 1, price: 10 },
        { number: 2, price: 20 },
      ],
    });
    expect(asked).toEqual([
      {
        keys: [
          { row: 'a', number: 1 },
          { row: 'a', number: 2 },
        ],
      },
    ]);
  });

  it('without batch is fetched one by one, each once, not more than 32 at a time', async () => {
    const sdl = `
      type Query { x: Int @rest(GET: "/x") }
      type User @key(fields: "id") @rest(GET: "/users/{id}") { id: ID! name: String }
    `;
    let running = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const server = await startTestServer(({ path }, response) => {
      running += 1;
      most = Math.max(most, running);
      waiting.push(() => {
        running -= 1;
        json(response, path.endsWith('/u40') ? null : { id: path.slice(7), name: path.slice(7) });
      });
      if (waiting.length === 32 || path.endsWith('u40')) waiting.splice(0).forEach((answer) => setImmediate(answer));
      else if (server.received.length > 32) waiting.splice(0).forEach((answer) => setImmediate(answer));
    });
    const { run } = boundSubgraph(sdl, { url: server.url });
    const r = [...Array(41).keys(), 3, 3].map((n) => ({ __typename: 'User', id: `u${n}` }));
    const { data } = await run('query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { name } } }', {
      r,
    });
    expect((data as { _entities: { name: string }[] })._entities.map((user) => user?.name)).toEqual(
      r.map(({ id }) => (id === 'u40' ? undefined : id)),
    );
    expect(server.received).toHaveLength(41);
    expect(most).toBe(32);
  });
});

describe('an answer with thousands of wrong values', () => {
  it('is given up, with an error for the whole', async () => {
    const sdl = `
      type Query { ids: [ID] @rest(GET: "/ids") name: String @rest(GET: "/name") }
      type User @key(fields: "id") { id: ID! tags: [ID!]! @rest(GET: "/ids") name: String @rest(GET: "/name") }
    `;
    const ids = [...Array(3000).keys()].map((id) => ({ id }));
    const { run } = await shop(sdl, { '/ids': ids, '/name': '"Ada"' });
    const root = await run('{ ids name }');
    expect(root.data).toEqual({ ids: null, name: '"Ada"' });
    expect(root.errors).toHaveLength(1001);
    expect(root.errors.at(-1)).toBe('UPSTREAM_BAD_RESPONSE at ids');
    const entities = await run(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { tags name } } }',
      {
        r: [{ __typename: 'User', id: '1' }],
      },
    );
    expect(entities.data).toEqual({ _entities: [{ tags: null, name: '"Ada"' }] });
    expect(entities.errors.at(-1)).toBe('UPSTREAM_BAD_RESPONSE at _entities.0.tags');
  });
});

describe('a batch of one key', () => {
  it('is not asked for more than 32 times at once', async () => {
    const sdl = `
      type Query { x: Int @rest(GET: "/x") }
      type User @key(fields: "id") @rest(GET: "/users{?id}", batch: { max: 1, match: "id" }) { id: ID! name: String }
    `;
    const waiting: { readonly id: string; readonly response: ServerResponse }[] = [];
    let most = 0;
    const server = await startTestServer(({ path }, response) => {
      waiting.push({ id: path.slice('/users?id='.length), response });
      most = Math.max(most, waiting.length);
      if (server.received.length < 32) return;
      for (const { id, response: open } of waiting.splice(0)) json(open, [{ id, name: id }]);
    });
    const { run } = boundSubgraph(sdl, { url: server.url });
    const r = [...Array(50).keys()].map((n) => ({ __typename: 'User', id: `u${n}` }));
    const operation = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { name } } }';
    expect((await run(operation, { r })).data).toEqual({ _entities: r.map(({ id }) => ({ name: id })) });
    expect(most).toBe(32);
  });
});

describe('an argument named like a prototype’s part', () => {
  it('is not there where it was not given', async () => {
    const sdl = `
      type Query { x(constructor: Int, valueOf: Int): Int @rest(GET: "/x{?constructor,valueOf}") }
      type Mutation { y(constructor: Filter, toString: Int): Int @rest(POST: "/y") }
      input Filter { hasOwnProperty: Int }
    `;
    const { run, log, server } = await shop(sdl, { '/x': '1', '/y': '1' });
    await run('{ x(valueOf: 2) }');
    await run('mutation { y }');
    await run('mutation { y(constructor: { hasOwnProperty: 1 }) }');
    expect(log()).toEqual(['GET /x?valueOf=2', 'POST /y', 'POST /y']);
    expect(server.received.map(({ body }) => body)).toEqual(['', '{}', '{"constructor":{"hasOwnProperty":1}}']);
  });
});

describe('an entity inside an answer', () => {
  const sdl = `
    type Query { order: Order @rest(GET: "/order") }
    type Order { id: ID! lines: [Line!]! }
    type Line { quantity: Int! product: Product @map(from: "{ sku: sku }") }
    type Product @key(fields: "sku") @rest(GET: "/batch?skus={sku}", batch: { max: 10, match: "sku" }) {
      sku: ID! name: String! badge: String @rest(GET: "/badges/{sku}")
    }
  `;
  const order = {
    id: 1,
    lines: [
      { quantity: 2, sku: 'A' },
      { quantity: 1, sku: 'B' },
      { quantity: 3, sku: 'A' },
    ],
  };

  it('is called for, in one batch, when the answer only mentions it', async () => {
    const { run, log } = await shop(sdl, {
      '/order': order,
      '/batch': [
        { sku: 'B', name: 'Yarn' },
        { sku: 'A', name: 'Loom' },
      ],
    });
    const { data, errors } = await run('{ order { lines { quantity product { name sku } } } }');
    expect(errors).toEqual([]);
    expect(data).toEqual({
      order: {
        lines: [
          { quantity: 2, product: { name: 'Loom', sku: 'A' } },
          { quantity: 1, product: { name: 'Yarn', sku: 'B' } },
          { quantity: 3, product: { name: 'Loom', sku: 'A' } },
        ],
      },
    });
    expect(log()).toEqual(['GET /order', 'GET /batch?skus=A,B']);
  });

  it('is not called for when only its key, or a field with its own call, is selected', async () => {
    const { run, log } = await shop(sdl, { '/order': order, '/badges/A': '"gold"', '/badges/B': null });
    await run('{ order { lines { product { sku } } } }');
    await run('{ order { lines { product { badge } } } }');
    expect(log().filter((line) => line.includes('batch'))).toEqual([]);
  });

  it('is not called for when the answer holds it', async () => {
    const { run, log } = await shop(catalogSdl, { '/products': { data: { items: [loom, yarn] } } });
    const { data } = await run('{ products { name stockCount } }');
    expect(data).toEqual({
      products: [
        { name: 'Loom', stockCount: 3 },
        { name: 'Yarn', stockCount: null },
      ],
    });
    expect(log()).toEqual(['GET /products?limit=20']);
  });
});

describe('a field with a call of its own', () => {
  it('is called for each parent, with the parent’s fields', async () => {
    const { run, log } = await shop(catalogSdl, {
      '/products': { data: { items: [loom, yarn] } },
      '/products/A/reviews': [{ text: 'Good', stars: 5 }],
      '/products/B/reviews': [],
    });
    const { data } = await run('{ products { reviews { text stars } name } }');
    expect(data).toEqual({
      products: [
        { reviews: [{ text: 'Good', stars: 5 }], name: 'Loom' },
        { reviews: [], name: 'Yarn' },
      ],
    });
    expect(log()).toHaveLength(3);
  });

  it('has its error at the index of its parent', async () => {
    const { run } = await shop(catalogSdl, {
      '/products': { data: { items: [loom, yarn] } },
      '/products/A/reviews': [],
      '/products/B/reviews': 503,
    });
    expect(await run('{ products { sku reviews { text } } }')).toMatchObject({
      data: {
        products: [
          { sku: 'A', reviews: [] },
          { sku: 'B', reviews: null },
        ],
      },
      errors: ['UPSTREAM_UNAVAILABLE at products.1.reviews'],
    });
  });

  it('takes fields that @requires brings', async () => {
    const sdl = `
      type Query { x: Int @rest(GET: "/x") }
      type Product @key(fields: "sku") {
        sku: ID! weight: Int! @external
        shipping: Int @requires(fields: "weight") @rest(GET: "/shipping{?weight}", select: "cents")
      }
    `;
    const { run, log } = await shop(sdl, { '/shipping': { cents: 490 } });
    const operation = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { shipping } } }';
    expect((await run(operation, { r: [{ __typename: 'Product', sku: 'A', weight: 12 }] })).data).toEqual({
      _entities: [{ shipping: 490 }],
    });
    expect(log()).toEqual(['GET /shipping?weight=12']);
  });

  const batchedSdl = `
    extend schema @source(naming: SNAKE_CASE)
    type Query { products: [Product!]! @rest(GET: "/products") }
    type Product @key(fields: "sku", resolvable: false) {
      sku: ID!
      inStock: Boolean @rest(GET: "/stock?skus={sku}", batch: { max: 10, match: "sku" })
      reviews: [Review!]! @rest(GET: "/reviews?skus={sku}", batch: { max: 10, match: "sku" })
      labels: [String!] @rest(GET: "/labels?skus={sku}", batch: { max: 10, match: "sku" })
    }
    type Review { text: String! }
  `;

  it('is asked for all parents at once where it is batched, and grouped where it is a list', async () => {
    const { run, log } = await shop(batchedSdl, {
      '/products': [{ sku: 'A' }, { sku: 'B' }],
      '/stock': [
        { sku: 'B', in_stock: true },
        { sku: 'A', in_stock: false },
      ],
      '/reviews': [
        { sku: 'B', text: 'one' },
        { sku: 'B', text: 'two' },
      ],
      '/labels': [{ sku: 'A', labels: ['new', 'warm'] }],
    });
    const { data, errors } = await run('{ products { sku inStock reviews { text } labels } }');
    expect(errors).toEqual([]);
    expect(data).toEqual({
      products: [
        { sku: 'A', inStock: false, reviews: [], labels: ['new', 'warm'] },
        { sku: 'B', inStock: true, reviews: [{ text: 'one' }, { text: 'two' }], labels: null },
      ],
    });
    expect(log().toSorted()).toEqual([
      'GET /labels?skus=A,B',
      'GET /products',
      'GET /reviews?skus=A,B',
      'GET /stock?skus=A,B',
    ]);
  });

  it('is null, without a call, where its parent has no value to ask by', async () => {
    const sdl = `
      type Query { post: Post @rest(GET: "/post") }
      type Post { authorId: ID author: Author @rest(GET: "/authors/{authorId}") }
      type Author { name: String }
    `;
    const { run, log } = await shop(sdl, { '/post': { authorId: null } });
    expect(await run('{ post { author { name } } }')).toMatchObject({ data: { post: { author: null } }, errors: [] });
    expect(log()).toEqual(['GET /post']);
  });
});

describe('an abstract type', () => {
  const sdl = `
    type Query { feed: [Entry!]! @rest(GET: "/feed") sole: Only @rest(GET: "/sole") }
    interface Entry { id: ID! }
    type Post implements Entry { id: ID! text: String }
    type Photo implements Entry { id: ID! width: Int }
    union Only = Post
  `;

  it('is told by __typename in the answer', async () => {
    const { run } = await shop(sdl, {
      '/feed': [
        { __typename: 'Post', id: 1, text: 'a' },
        { __typename: 'Photo', id: 2, width: 3 },
      ],
    });
    expect((await run('{ feed { __typename id ... on Post { text } ... on Photo { width } } }')).data).toEqual({
      feed: [
        { __typename: 'Post', id: '1', text: 'a' },
        { __typename: 'Photo', id: '2', width: 3 },
      ],
    });
  });

  it('needs no __typename where there is one possible type', async () => {
    const { run } = await shop(sdl, { '/sole': { id: 1, text: 'a' } });
    expect((await run('{ sole { ... on Post { text } } }')).data).toEqual({ sole: { text: 'a' } });
  });

  it('is an error at its place when the answer does not tell', async () => {
    const { run } = await shop(sdl, { '/feed': [{ __typename: 'Query', id: 1 }] });
    expect(await run('{ feed { id } }')).toMatchObject({
      data: { feed: [null] },
      errors: ['UPSTREAM_BAD_RESPONSE at feed.0'],
    });
  });
});

describe('mutations', () => {
  const sdl = `
    type Query { count: Int @rest(GET: "/count") }
    type Mutation {
      add(by: Int!): Counter @rest(POST: "/add")
      remove(id: ID!): Boolean! @rest(DELETE: "/things/{id}")
    }
    type Counter { value: Int! total: Total @rest(GET: "/total") }
    type Total { value: Int }
  `;

  it('run one after the other, each with all that hangs on it, and none is made once for two', async () => {
    let value = 0;
    const { run, log } = await shop(sdl, {
      '/add': ({ body }: Received) => ({ value: (value += (JSON.parse(body) as { by: number }).by) }),
      '/total': () => ({ value }),
    });
    const operation = 'mutation { a: add(by: 1) { value total { value } } b: add(by: 1) { value total { value } } }';
    expect((await run(operation)).data).toEqual({
      a: { value: 1, total: { value: 1 } },
      b: { value: 2, total: { value: 2 } },
    });
    expect(log()).toEqual(['POST /add', 'GET /total', 'POST /add', 'GET /total']);
  });

  it('give true for an answer without content where a Boolean is asked for', async () => {
    const server = await startTestServer((_, response) => response.writeHead(204).end());
    const { run } = boundSubgraph(sdl, { url: server.url });
    expect(await run('mutation { remove(id: "1") }')).toMatchObject({ data: { remove: true }, errors: [] });
  });
});

describe('a client that goes away', () => {
  it('leaves no call running and sends none that wait', async () => {
    const sdl = `
      type Query { x: Int @rest(GET: "/x") }
      type User @key(fields: "id") @rest(GET: "/users/{id}") { id: ID! name: String }
    `;
    const arrived = Promise.withResolvers<void>();
    const server = await startTestServer(() => {
      if (server.received.length === 32) arrived.resolve();
    });
    const { run } = boundSubgraph(sdl, { url: server.url });
    const cancellation = new Cancellation();
    const r = [...Array(60).keys()].map((n) => ({ __typename: 'User', id: `u${n}` }));
    const operation = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { name } } }';
    const answer = run(operation, { r }, createTestContext({ cancellation }));
    await arrived.promise;
    cancellation.cancel(new Error('gone'));
    expect((await answer).errors).toHaveLength(60);
    expect(server.received).toHaveLength(32);
  });
});
