import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { parse } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/gateway-error.ts';
import { ProblemsError } from '../../../src/errors/problem.ts';
import { Cancellation } from '../../../src/model/cancellation.ts';
import type { RequestContext } from '../../../src/model/request-context.ts';
import type { FetchAnswer, Source } from '../../../src/model/source.ts';
import { ServiceSchemas } from '../../../src/sources/local/service-schemas.ts';
import { createStitchedSource } from '../../../src/sources/local/stitched-source.ts';
import { type PlainServer, startPlainServer } from './plain-graphql-server.ts';
import { recordingProtect } from './protect.ts';
import { readTestSubgraph } from './read-test-subgraph.ts';
import { requestContext } from './request-context.ts';

const ordersService = /* GraphQL */ `
  type Query {
    ordersByUser(userId: ID!): [Order!]!
    ordersByIds(ids: [ID!]!): [Order]!
    broken: String
  }
  type Mutation {
    cancel(id: ID!): Order
  }
  type Order {
    id: ID!
    userId: ID!
    placed_on: String!
    buyerId: ID
    note: String
    items: [Item!]!
  }
  type Item {
    sku: ID!
    quantity: Int!
  }
`;

const ordersSdl = /* GraphQL */ `
  type Query {
    order(id: ID!): Order @delegate(to: "ordersByIds(ids: [$id])")
    ordersByIds(ids: [ID!]!): [Order]! @merge(keyField: "id")
  }
  type Mutation {
    cancel(id: ID!): Order
  }
  type Order @key(fields: "id") {
    id: ID!
    placedOn: String! @computed(selectionSet: "{ placed_on }")
    buyer: User @computed(selectionSet: "{ id: buyerId }")
    note: String
    items: [Item!]!
  }
  type Item {
    quantity: Int!
    product: Product @computed(selectionSet: "{ sku }")
  }
  type User @key(fields: "id") {
    id: ID!
    orders: [Order!]! @delegate(to: "ordersByUser(userId: $id)")
  }
  type Product @key(fields: "sku", resolvable: false) {
    sku: ID!
  }
`;

const orders = ['o1', 'o2', 'o3'].map((id, index) => ({
  id,
  userId: `u${(index % 2) + 1}`,
  placed_on: `2026-01-0${index + 1}`,
  buyerId: index === 2 ? null : `u${index + 1}`,
  note: () => {
    if (id === 'o3') throw new Error('the ink has run out at 10.0.0.7');
    return `note of ${id}`;
  },
  items: [{ sku: `s${index}`, quantity: index + 1 }],
}));

const resolvers = {
  ordersByUser: ({ userId }: { userId: string }) => orders.filter((order) => order.userId === userId),
  ordersByIds: ({ ids }: { ids: string[] }) => ids.map((id) => orders.find((order) => order.id === id) ?? null),
  cancel: ({ id }: { id: string }) => orders.find((order) => order.id === id),
};

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { close } of open.splice(0).toReversed()) await close();
});

type Setup = { readonly sdl?: string; readonly service?: string; readonly root?: Record<string, unknown> };

async function stitch({ sdl = ordersSdl, service = ordersService, root = resolvers }: Setup = {}) {
  const server = await startPlainServer(service, root);
  open.push(server);
  return { server, ...connect(server, sdl) };
}

type Known = { readonly serviceSdl?: string; readonly schemas?: ServiceSchemas };

function connect(server: Pick<PlainServer, 'url'>, sdl = ordersSdl, { serviceSdl, schemas }: Known = {}) {
  const unusable: unknown[] = [];
  const stale: string[] = [];
  const { protect, calls } = recordingProtect();
  const source = createStitchedSource({
    subgraph: readTestSubgraph('orders', sdl, 'stitched'),
    services: {
      orders: { url: server.url, sdl: serviceSdl === undefined ? undefined : { name: 'o.graphql', text: serviceSdl } },
    },
    headers: (context) => ({ 'x-user': context.header('x-user') ?? 'nobody' }),
    protect,
    policyOf: () => ({ timeoutMs: 77 }),
    schemas,
    onStale: (service) => stale.push(service),
    onUnusable: (error) => unusable.push(error),
  });
  open.push(source);
  return { source, unusable, stale, calls, query: querying(source) };
}

function querying(source: Source) {
  return (operation: string, variables: Record<string, unknown> = {}, context: RequestContext = requestContext()) => {
    const document = parse(operation);
    const [definition] = document.definitions;
    const operationKind = definition !== undefined && 'operation' in definition ? definition.operation : 'query';
    const send = source.prepare({
      subgraph: 'orders',
      operationKind: operationKind as never,
      operation,
      document,
      operationName: undefined,
    });
    return send({ variables }, context);
  };
}

const entities = (selection: string) => `query($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`;
const toErrors = ({ errors = [] }: FetchAnswer) =>
  errors.map(({ code, path, service }) => [code, path?.join('.'), service]);

describe('a stitched source', () => {
  it('fetches entities by key in one request, in the order of their representations', async () => {
    const { query, server } = await stitch();
    const r = ['o2', 'nothing', 'o1', 'o2'].map((id) => ({ __typename: 'Order', id }));
    const { data, errors } = await query(entities('... on Order { note items { quantity } }'), { r });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      _entities: [
        { note: 'note of o2', items: [{ quantity: 2 }] },
        null,
        { note: 'note of o1', items: [{ quantity: 1 }] },
        { note: 'note of o2', items: [{ quantity: 2 }] },
      ],
    });
    expect(server.asked).toHaveLength(1);
  });

  it('matches entities by their keys when the service changes their order or leaves some out', async () => {
    const { query } = await stitch({ root: { ...resolvers, ordersByIds: () => [orders[1], orders[0]] } });
    const r = ['o1', 'o9', 'o2'].map((id) => ({ __typename: 'Order', id }));
    const { data } = await query(entities('... on Order { note }'), { r });
    expect(data).toEqual({ _entities: [{ note: 'note of o1' }, null, { note: 'note of o2' }] });
  });

  it('keeps keys and aliases apart', async () => {
    const { query } = await stitch();
    const { data } = await query(
      entities('... on Order { first: id second: note goods: items { n: quantity thing: product { code: sku } } }'),
      {
        r: [{ __typename: 'Order', id: 'o1' }],
      },
    );
    expect(data).toEqual({
      _entities: [{ first: 'o1', second: 'note of o1', goods: [{ n: 1, thing: { code: 's0' } }] }],
    });
  });

  it('asks once for the delegated fields of a hundred entities', async () => {
    const { query, server } = await stitch();
    const r = Array.from({ length: 100 }, (_, index) => ({ __typename: 'User', id: `u${index + 1}` }));
    const { data, errors } = await query(entities('... on User { id orders { id } }'), { r });
    expect(errors).toBeUndefined();
    expect((data as { _entities: unknown[] })._entities.slice(0, 3)).toEqual([
      { id: 'u1', orders: [{ id: 'o1' }, { id: 'o3' }] },
      { id: 'u2', orders: [{ id: 'o2' }] },
      { id: 'u3', orders: [] },
    ]);
    expect(server.asked).toHaveLength(1);
  });

  it('asks nothing for what the key alone answers', async () => {
    const { query, server } = await stitch();
    const { data } = await query(entities('... on Order { __typename id }'), {
      r: [{ __typename: 'Order', id: 'o1' }],
    });
    expect(data).toEqual({ _entities: [{ __typename: 'Order', id: 'o1' }] });
    expect(server.asked).toEqual([]);
  });

  it('gives the one item of a list where the field is none', async () => {
    const { query } = await stitch();
    const { data } = await query('query($id: ID!) { order(id: $id) { id placedOn } missing: order(id: "o9") { id } }', {
      id: 'o2',
    });
    expect(data).toEqual({ order: { id: 'o2', placedOn: '2026-01-02' }, missing: null });
  });

  it('makes references of renamed fields, and null of a missing one', async () => {
    const { query } = await stitch();
    const { data } = await query(
      '{ a: order(id: "o1") { buyer { id __typename } } b: order(id: "o3") { buyer { id } } }',
    );
    expect(data).toEqual({ a: { buyer: { id: 'u1', __typename: 'User' } }, b: { buyer: null } });
  });

  it('sends what the gateway says of the caller and nothing else', async () => {
    const { query, server } = await stitch();
    const header = (name: string) => ({ 'x-user': 'ada', authorization: 'secret' })[name] ?? null;
    await query('{ order(id: "o1") { id } }', {}, requestContext({ header }));
    expect(server.headers[0]).toMatchObject({ 'x-user': 'ada' });
    expect(server.headers[0]).not.toHaveProperty('authorization');
  });

  it('protects mutations as mutations, with the policy of the fetch', async () => {
    const { query, calls } = await stitch();
    const { data } = await query('mutation { cancel(id: "o1") { id } }');
    expect(data).toEqual({ cancel: { id: 'o1' } });
    expect(calls.at(-1)).toMatchObject({ kind: 'mutation', policy: { timeoutMs: 77 } });
  });
});

describe('an error of a stitched service', () => {
  it('stands at its exact path, in a list of entities too', async () => {
    const { query } = await stitch();
    const r = ['o1', 'o3'].map((id) => ({ __typename: 'Order', id }));
    const answer = await query(entities('... on Order { id note }'), { r });
    expect(answer.data).toEqual({
      _entities: [
        { id: 'o1', note: 'note of o1' },
        { id: 'o3', note: null },
      ],
    });
    expect(toErrors(answer)).toEqual([['UPSTREAM_ERROR', '_entities.1.note', 'orders']]);
    expect(answer.errors?.[0]).toMatchObject({
      message: 'The service answered with an error.',
      detail: 'the ink has run out at 10.0.0.7',
    });
  });

  it('stands at its exact path below delegated fields of several entities', async () => {
    const { query } = await stitch();
    const r = ['u2', 'u1'].map((id) => ({ __typename: 'User', id }));
    const answer = await query(entities('... on User { orders { id note } }'), { r });
    expect(answer.data).toEqual({
      _entities: [
        { orders: [{ id: 'o2', note: 'note of o2' }] },
        {
          orders: [
            { id: 'o1', note: 'note of o1' },
            { id: 'o3', note: null },
          ],
        },
      ],
    });
    expect(toErrors(answer)).toEqual([['UPSTREAM_ERROR', '_entities.1.orders.1.note', 'orders']]);
  });

  it('covers every entity of a call that failed', async () => {
    const { query, server } = await stitch();
    await query('{ __typename }');
    server.answer = (response) => response.writeHead(503).end();
    const r = ['o1', 'o2'].map((id) => ({ __typename: 'Order', id }));
    const answer = await query(entities('... on Order { note }'), { r });
    expect(answer.data).toEqual({ _entities: [null, null] });
    expect(toErrors(answer)).toEqual([
      ['UPSTREAM_UNAVAILABLE', '_entities.0', 'orders'],
      ['UPSTREAM_UNAVAILABLE', '_entities.1', 'orders'],
    ]);
  });

  it.each([
    ['no JSON', 'text/html', '<html>'],
    ['a list', 'application/json', '[]'],
    ['neither data nor errors', 'application/json', '{"data":null}'],
    ['a text where an object is due', 'application/json', '{"data":{"ordersByIds":["o1"]}}'],
    ['a number where a list is due', 'application/json', '{"data":{"ordersByIds":7}}'],
  ])('is never used as data: %s', async (_, type, body) => {
    const { query, server } = await stitch();
    await query('{ __typename }');
    server.answer = (response) => response.setHeader('content-type', type).end(body);
    const answer = await query('{ order(id: "o1") { id note } }');
    expect(answer.data?.order ?? null).toBeNull();
    expect(toErrors(answer)).toEqual([['UPSTREAM_BAD_RESPONSE', 'order', 'orders']]);
  });
});

describe('a service that can not be asked for its schema', () => {
  it('fails its requests with the reason, and is asked again when it is back', async () => {
    const server = await startPlainServer(ordersService, resolvers);
    const { port } = new URL(server.url);
    await server.close();
    const { query, unusable } = connect(server);
    const answer = await query('{ order(id: "o1") { id } }');
    expect(toErrors(answer)).toEqual([['UPSTREAM_UNAVAILABLE', undefined, 'orders']]);
    expect((unusable[0] as GatewayError).detail).toContain('graph.subgraphs.orders.stitch.orders.schema');
    expect(answer.errors?.[0]?.message).not.toContain(port);
  });

  it('is what it was for the last source that knew it', async () => {
    const server = await startPlainServer(ordersService, resolvers);
    open.push(server);
    const schemas = new ServiceSchemas();
    const ask = '{ order(id: "o1") { id } }';
    expect((await connect(server, ordersSdl, { schemas }).query(ask)).data).toEqual({ order: { id: 'o1' } });
    server.answer = (response) => response.writeHead(503).end();
    const { query, stale, unusable } = connect(server, ordersSdl, { schemas });
    expect(toErrors(await query(ask))).toEqual([['UPSTREAM_UNAVAILABLE', 'order', 'orders']]);
    expect({ stale, unusable }).toEqual({ stale: ['orders'], unusable: [] });
    server.answer = undefined;
    expect((await query(ask)).data).toEqual({ order: { id: 'o1' } });
  });

  it('works without being asked where its SDL is given', async () => {
    const server = await startPlainServer(ordersService, resolvers);
    open.push(server);
    const { query } = connect(server, ordersSdl, { serviceSdl: ordersService });
    expect((await query('{ order(id: "o1") { id } }')).data).toEqual({ order: { id: 'o1' } });
  });

  it('is waited for no longer than the request lasts', async () => {
    const server = await startPlainServer(ordersService, resolvers);
    open.push(server);
    const cancellation = new Cancellation();
    const asked = Promise.withResolvers<void>();
    server.answer = () => asked.resolve();
    const { query } = connect(server);
    const answer = query('{ order(id: "o1") { id } }', {}, requestContext({ cancellation }));
    await asked.promise;
    cancellation.cancel(new Error('The client has gone away.'));
    expect(toErrors(await answer)).toEqual([['DEADLINE_EXCEEDED', undefined, 'orders']]);
  });

  it('is not complained of when the gateway itself closes', async () => {
    const server = await startPlainServer(ordersService, resolvers);
    open.push(server);
    const asked = Promise.withResolvers<ServerResponse>();
    server.answer = asked.resolve;
    const { source, query, unusable } = connect(server);
    const response = await asked.promise;
    const left = once(response, 'close');
    await source.close();
    await left;
    expect(toErrors(await query('{ order(id: "o1") { id } }'))).toEqual([
      ['UPSTREAM_UNAVAILABLE', undefined, 'orders'],
    ]);
    expect(unusable).toEqual([]);
  });

  it('ends with its request', async () => {
    const { query, server } = await stitch();
    await query('{ __typename }');
    const cancellation = new Cancellation();
    server.answer = () => cancellation.cancel(new GatewayError('DEADLINE_EXCEEDED', 'Too late.'));
    const answer = await query('{ order(id: "o1") { id } }', {}, requestContext({ cancellation }));
    expect(toErrors(answer)).toEqual([['DEADLINE_EXCEEDED', 'order', 'orders']]);
  });
});

describe('SDL that its services do not fit', () => {
  it('is told of a field whose name no merged type can have', async () => {
    const service = ordersService.replace('placed_on: String!', 'placed_on: String!  constructor: String');
    const { unusable, query } = await stitch({ service });
    await query('{ order(id: "o1") { id } }');
    const [error] = unusable;
    if (!(error instanceof ProblemsError)) throw error;
    expect(error.problems.map(({ message }) => message)).toEqual([
      'Order.constructor has a name in the service "orders" that a merged type cannot have.',
    ]);
  });

  it('is explained whole, with places and remedies', async () => {
    const sdl = /* GraphQL */ `
      type Query {
        order(id: ID!): Order @delegate(to: "orderByIds(ids: [$id])")
        second(id: ID!): Order @delegate(to: "ordersByIds(id: [$id])")
      }
      type Order @key(fields: "id") {
        id: ID!
        nota: String
        items: String
        note: String
        buyer: User @computed(selectionSet: "{ id: customer }")
      }
      type User {
        id: ID!
      }
    `;
    const { unusable, query } = await stitch({ sdl });
    const { errors } = await query('{ order(id: "o1") { id } }');
    expect(errors?.[0]?.code).toBe('INTERNAL_ERROR');
    const [error] = unusable;
    if (!(error instanceof ProblemsError)) throw error;
    expect(error.problems.map(({ message, remedy, places }) => `${places[0]?.line} ${message} ${remedy ?? ''}`))
      .toMatchInlineSnapshot(`
        [
          "8 Order.nota is a field of none of the stitched services. Did you mean "note"? Say what the service calls it: @rename(from:), or how it is made: @delegate(to:) or @computed(selectionSet:).",
          "9 Order.items is String here and [Item!]! in the service. Give it the service's type, or make it under another name, by @computed or @delegate.",
          "10 Order.note can't be fetched by the key of Order. Mark the query that takes keys: in Query, ordersByIds(ids: [ID!]!): [Order]! @merge(keyField: "id"); or make the @key resolvable: false.",
          "11 Order.buyer needs Order.customer, which is a field of none of the stitched services. There are: id, userId, placed_on, buyerId, note, items.",
          "3 Query.order is delegated to "orderByIds", which is a query of none of the stitched services. Did you mean "ordersByIds"?",
          "4 Query.second gives "ordersByIds" the argument "id", which it has not. Did you mean "ids"?",
          "4 Query.second gives "ordersByIds" no argument "ids", which it needs. Add it: ordersByIds(ids: $…), where a variable is an argument of the field or a field of its object.",
        ]
      `);
  });
});
