import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../../src/errors/problem.ts';
import { stitchServices } from './plain-services.ts';

const catalog = {
  sdl: /* GraphQL */ `
    schema {
      query: RootQuery
      mutation: Changes
    }
    type RootQuery {
      itemsByIds(ids: [ID!]!): [Item]!
      anything(kind: Kind): Thing
      stuff(filter: ItemFilter): [Thing!]!
    }
    type Changes {
      addItem(item: ItemInput!): Item
    }
    union Thing = Item | Shop
    enum Kind {
      ITEM
      SHOP
    }
    input ItemFilter {
      kinds: [Kind!]
    }
    input ItemInput {
      id: ID!
    }
    type Item {
      id: ID!
      title: String!
      parts: [Part!]!
      shop: Shop
    }
    type Part {
      Item: String
      of: Item
    }
    type Shop {
      city: String
    }
  `,
  root: {
    itemsByIds: ({ ids }: { ids: string[] }) => ids.map((id) => item(id)),
    anything: ({ kind }: { kind: string }) => (kind === 'SHOP' ? { __typename: 'Shop', city: 'Bologna' } : item('x')),
    stuff: ({ filter }: { filter: { kinds: string[] } }) =>
      filter.kinds.map((kind) => (kind === 'SHOP' ? { __typename: 'Shop', city: 'Rome' } : item('y'))),
    addItem: ({ item: { id } }: { item: { id: string } }) => item(id),
  },
};

function item(id: string): object {
  return {
    __typename: 'Item',
    id,
    title: id === 'broken' ? () => Promise.reject(new Error('no title')) : `Item ${id}`,
    parts: [{ Item: 'Item', of: () => item('x') }],
    shop: { city: 'Bologna' },
  };
}

/** Another service that calls another thing Item. */
const stock = {
  sdl: /* GraphQL */ `
    type Query {
      stockOf(ids: [ID!]!): [Item]!
    }
    type Item {
      id: ID!
      left: Int
    }
  `,
  root: { stockOf: ({ ids }: { ids: string[] }) => ids.map((id) => ({ id, left: id.length })) },
};

const sdl = /* GraphQL */ `
  type Query {
    products(ids: [ID!]!): [Product]! @rename(from: "itemsByIds") @merge(keyField: "id")
    stockOf(ids: [ID!]!): [Product]! @merge(keyField: "id")
    product(id: ID!): Product @delegate(to: "products(ids: [$id])")
    anything(kind: Sort): AnyThing
    stuff(filter: Filter): [AnyThing!]!
  }
  type Mutation {
    addProduct(item: NewProduct!): Product @rename(from: "addItem")
  }
  union AnyThing @rename(from: "Thing") = Product | Shop
  enum Sort @rename(from: "Kind", service: "catalog") {
    ITEM
    SHOP
  }
  input Filter @rename(from: "ItemFilter") {
    kinds: [Sort!]
  }
  input NewProduct @rename(from: "ItemInput") {
    id: ID!
  }
  type Product @key(fields: "id") @rename(from: "Item") {
    id: ID!
    name: String! @rename(from: "title", service: "catalog")
    left: Int
    components: [Part!]! @rename(from: "parts")
    shop: Shop
  }
  type Part {
    Item: String
    of: Product
  }
  type Shop {
    city: String
  }
`;

describe('a stitched subgraph', () => {
  it('asks services in their own words, and answers in its own', async () => {
    const { query, asked } = await stitchServices(sdl, { catalog, stock });
    const answer = await query(
      '{ product(id: "ab") { __typename id n: name left components { __typename Item of { __typename name } } } }',
    );
    expect(answer).toEqual({
      data: {
        product: {
          __typename: 'Product',
          id: 'ab',
          n: 'Item ab',
          left: 2,
          components: [{ __typename: 'Part', Item: 'Item', of: { __typename: 'Product', name: 'Item x' } }],
        },
      },
    });
    expect(asked['catalog']?.join()).toContain('itemsByIds(');
    expect(asked['catalog']?.join()).toContain('components: parts');
    expect(asked['catalog']?.join()).not.toMatch(/\bProduct\b|\bproducts\(/);
    expect(asked['stock']?.join()).toMatch(/stockOf/);
  });

  it('renames roots, unions, enums and inputs', async () => {
    const { query } = await stitchServices(sdl, { catalog, stock });
    const things = await query(
      'query ($f: Filter, $s: Sort) { stuff(filter: $f) { __typename ... on Product { name } ... on Shop { city } } anything(kind: $s) { t: __typename } }',
      { f: { kinds: ['SHOP', 'ITEM'] }, s: 'SHOP' },
    );
    expect(things).toEqual({
      data: {
        stuff: [
          { __typename: 'Shop', city: 'Rome' },
          { __typename: 'Product', name: 'Item y' },
        ],
        anything: { t: 'Shop' },
      },
    });
    expect(await query('mutation { addProduct(item: { id: "n" }) { __typename name } }')).toEqual({
      data: { addProduct: { __typename: 'Product', name: 'Item n' } },
    });
  });

  it('fetches renamed entities, and keeps the places of errors', async () => {
    const { query } = await stitchServices(sdl, { catalog, stock });
    const r = ['a', 'broken'].map((id) => ({ __typename: 'Product', id }));
    const { data, errors } = await query(
      'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Product { name left } } }',
      { r },
    );
    expect(data).toEqual({ _entities: [{ __typename: 'Product', name: 'Item a', left: 1 }, null] });
    expect(errors?.map(({ path, code }) => [path?.join('.'), code])).toEqual([['_entities.1.name', 'UPSTREAM_ERROR']]);
  });

  it.each([
    ['a type that is not there', 'type Thang @rename(from: "Itam") { id: ID! }', 'there is no such type', '"Item"'],
    ['a field that is not there', 'type Item { x: Int @rename(from: "titel") }', 'there is no such field', '"title"'],
    [
      'a service that is not there',
      'type P @rename(from: "Item", service: "catalogue") { id: ID! }',
      'none of the stitched services',
      '"catalog"',
    ],
    [
      'a name that is taken',
      'type Shop @rename(from: "Item") { id: ID! }',
      'has a Shop of its own',
      'Choose another name',
    ],
    [
      'a field’s name that is taken',
      'type Item { id: ID! @rename(from: "title") }',
      'has a id of its own',
      'Choose another name',
    ],
  ])('is told of %s', async (_, text, message, remedy) => {
    const { unusable, query } = await stitchServices(`type Query { stuff: Int } ${text}`, { catalog });
    await query('{ stuff }');
    const [error] = unusable as ProblemsError[];
    expect(error).toBeInstanceOf(ProblemsError);
    const problem = error?.problems.find((found) => found.message.includes(message));
    expect(problem?.remedy).toContain(remedy);
    expect(problem?.places.length).toBe(1);
  });
});

describe('arguments, input fields and values', () => {
  const shelves = {
    sdl: /* GraphQL */ `
      type Query {
        find_items(item_state: ItemState = on_sale, with: ItemFilter = { states: [gone] }): [Item!]!
        by_ids(ids: [ID!]!): [Item]!
      }
      enum ItemState {
        on_sale
        gone
      }
      input ItemFilter {
        states: [ItemState!]
        more_than: Int = 1
        inner: ItemFilter
      }
      type Item {
        id: ID!
        item_state(in_shop: ID): ItemState
        history: [[ItemState]]
      }
    `,
    root: {
      find_items: (args: object) => [shelfItem(JSON.stringify(args))],
      by_ids: ({ ids }: { ids: string[] }) => ids.map(shelfItem),
    },
  };
  const shelfItem = (id: string): object => ({
    id,
    item_state: ({ in_shop }: { in_shop?: string }) => (in_shop === 's1' ? 'gone' : 'on_sale'),
    history: [['on_sale', null], ['gone']],
  });

  const presented = /* GraphQL */ `
    type Query {
      items(
        state: State = ON_SALE @rename(from: "item_state")
        filter: Filter = { of: [GONE] } @rename(from: "with")
      ): [Item!]! @rename(from: "find_items")
      itemsByIds(ids: [ID!]!): [Item]! @rename(from: "by_ids") @merge(keyField: "id")
    }
    enum State @rename(from: "ItemState") {
      ON_SALE @rename(from: "on_sale")
      GONE @rename(from: "gone")
    }
    input Filter @rename(from: "ItemFilter") {
      of: [State!] @rename(from: "states")
      moreThan: Int = 1 @rename(from: "more_than")
      inner: Filter
    }
    type Item @key(fields: "id") {
      id: ID!
      state(shop: ID @rename(from: "in_shop")): State @rename(from: "item_state")
      history: [[State]]
    }
  `;
  const given = async (operation: string, variables = {}): Promise<unknown> => {
    const { query } = await stitchServices(presented, { shelves });
    const { data, errors } = await query(operation, variables);
    expect(errors).toBeUndefined();
    return JSON.parse((data as { items: { id: string }[] }).items[0]?.id ?? 'null') as unknown;
  };

  it('are in the service’s words when it is asked, be they written out, variables or defaults', async () => {
    const literal = '{ items(state: GONE, filter: { of: [ON_SALE, GONE], inner: { of: GONE, moreThan: 7 } }) { id } }';
    expect(await given(literal)).toEqual({
      item_state: 'gone',
      with: { states: ['on_sale', 'gone'], more_than: 1, inner: { states: ['gone'], more_than: 7 } },
    });
    const variables =
      'query ($s: State = GONE, $f: Filter, $o: State!) { items(state: $s, filter: $f) { id } other: items(filter: { of: [$o] }) { id } }';
    expect(await given(variables, { f: { of: ['ON_SALE'], inner: null }, o: 'GONE' })).toEqual({
      item_state: 'gone',
      with: { states: ['on_sale'], more_than: 1, inner: null },
    });
    expect(await given('{ items { id } }')).toEqual({
      item_state: 'on_sale',
      with: { states: ['gone'], more_than: 1 },
    });
  });

  it('are in the subgraph’s words in answers', async () => {
    const { query } = await stitchServices(presented, { shelves });
    const operation =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Item { state s: state(shop: "s1") history } } }';
    expect(await query(operation, { r: [{ __typename: 'Item', id: '1' }] })).toEqual({
      data: { _entities: [{ state: 'ON_SALE', s: 'GONE', history: [['ON_SALE', null], ['GONE']] }] },
    });
  });

  it.each([
    [
      presented.replace('"in_shop"', '"inn_shop"'),
      'Item.state(shop:) is "inn_shop" in no stitched service: there is no such argument.',
    ],
    [presented.replace('"gone")', '"went")'), 'State.GONE is "went" in no stitched service: there is no such value.'],
    [
      presented.replace('"more_than"', '"mor_than"'),
      'Filter.moreThan is "mor_than" in no stitched service: there is no such field.',
    ],
    [
      presented.replace('shop: ID @rename(from: "in_shop")', 'shop: ID'),
      'Item.state(shop:) is an argument in none of the stitched services.',
    ],
    [presented.replace('(ids: [ID!]!)', ''), 'Query.itemsByIds has no argument "ids", which the service needs.'],
  ])('are told of with their place where they are wrong', async (text, message) => {
    const { unusable, query } = await stitchServices(text, { shelves });
    await query('{ items { id } }');
    const problems = (unusable as ProblemsError[]).flatMap((error) => error.problems);
    const problem = problems.find((found) => found.message === message);
    expect(problem?.places, JSON.stringify(problems)).toHaveLength(1);
    expect(problem?.remedy).toBeDefined();
  });
});
