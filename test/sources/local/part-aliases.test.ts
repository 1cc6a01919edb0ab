import { expect, it } from 'vitest';
import { stitchServices } from './plain-services.ts';

const sdl = /* GraphQL */ `
  type Query {
    order(id: ID!): Order
    ordersByIds(ids: [ID!]!): [Order]! @merge(keyField: "id") @inaccessible
  }
  type Order @key(fields: "id") {
    id: ID!
    placedOn: String
    weight: Int!
    labels: Labels
    items: [Item!]!
  }
  scalar Labels
  type Item {
    sku: ID!
    product: Product @computed(selectionSet: "{ sku }")
  }
  type Product @key(fields: "sku", resolvable: false) {
    sku: ID!
  }
`;
const service = {
  sdl: `
    type Query { order(id: ID!): Order  ordersByIds(ids: [ID!]!): [Order]! }
    scalar Labels
    type Order { id: ID!  placedOn: String  weight: Int!  labels: Labels  items: [Item!]! }
    type Item { sku: ID! }`,
  root: {
    order: ({ id }: { id: string }) => ({
      id,
      placedOn: '2026-11-23',
      weight: null,
      items: [{ sku: 'A' }, { sku: 'B' }],
    }),
    ordersByIds: ({ ids }: { ids: string[] }) =>
      ids.map((id) => ({ id, placedOn: `day ${id}`, labels: { _as_id: 'x' } })),
  },
};

it('takes an alias for what it is, though stitching asks for a field of that name itself', async () => {
  const { query } = await stitchServices(sdl, { orders: service });
  const { data, errors } = await query(
    `query ($representations: [_Any!]!) {
    order(id: "7") { id: placedOn placedOn: id ...Items }
    _entities(representations: $representations) { ... on Order { id: placedOn } }
  } fragment Items on Order { items { sku: __typename product { name: sku } } }`,
    {
      representations: [{ __typename: 'Order', id: '8' }],
    },
  );
  expect({ data: JSON.parse(JSON.stringify(data)) as unknown, errors }).toEqual({
    data: {
      order: {
        id: '2026-11-23',
        placedOn: '7',
        items: [
          { sku: 'Item', product: { name: 'A' } },
          { sku: 'Item', product: { name: 'B' } },
        ],
      },
      _entities: [{ id: 'day 8' }],
    },
    errors: undefined,
  });
});

it('says by its alias which field failed', async () => {
  const { query } = await stitchServices(sdl, { orders: service });
  const { errors } = await query('{ order(id: "7") { id: weight } }');
  expect(errors?.map(({ path }) => path)).toEqual([['order', 'id']]);
});

it('leaves alone what a scalar holds', async () => {
  const { query } = await stitchServices(sdl, { orders: service });
  const { data } = await query('{ ordersByIds(ids: ["1"]) { id: placedOn labels } }');
  expect(JSON.parse(JSON.stringify(data))).toEqual({ ordersByIds: [{ id: 'day 1', labels: { _as_id: 'x' } }] });
});
