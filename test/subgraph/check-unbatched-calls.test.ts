import { expect, it } from 'vitest';
import { read } from './reading.ts';

/** The hints at a schema in which nothing is wrong, without their places. */
function hintsOf(sdl: string): string[] {
  const { subgraph, problems } = read(sdl);
  expect(subgraph).toBeDefined();
  return problems.map((problem) => problem.replace(/^shop\.graphql:\d+:\d+ {2}hint /, ''));
}

const product = (reviews: string) => `
  type Product @key(fields: "sku") { sku: ID!  reviews: [String!]! ${reviews} }
`;

it('hints at a call that a list makes for each item, with the number of calls where it is known', () => {
  const sdl = `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@listSize"])
    type Query {
      one: Product @rest(GET: "/one")
      all: [Product!]! @rest(GET: "/all")
      some(first: Int = 5): [Product!]! @rest(GET: "/some{?first}")
      few: [Product!]! @rest(GET: "/few") @listSize(assumedSize: 3)
      page(count: Int = 7): [Product!]! @rest(GET: "/page{?count}") @listSize(slicingArguments: ["count"])
    }
    ${product('@rest(GET: "/products/{sku}/reviews")')}
  `;
  expect(hintsOf(sdl)).toEqual([
    'CALLS_NOT_BATCHED  Product.reviews takes one call for each Product of Query.all and of Query.some (5 by default) and of Query.few (at most 3) and of Query.page (7 by default).\n' +
      '    If the service can be asked for many at once: @rest(batch: { match: "sku" }).',
  ]);
});

it('says where it stands', () => {
  const { problems } = read(
    `type Query { all: [Product!]! @rest(GET: "/all") }\n${product('@rest(GET: "/products/{sku}/reviews")').trim()}`,
  );
  expect(problems[0]).toMatch(/^shop\.graphql:2:\d+ {2}hint CALLS_NOT_BATCHED/);
});

it('follows objects, interfaces and unions below a list, and tells of lists in lists', () => {
  const sdl = `
    type Query { orders: [Order!]! @rest(GET: "/orders") }
    type Order { id: ID!  parcels: [Parcel!]! }
    union Parcel = Letter | Crate
    type Letter { id: ID! }
    type Crate { place: Place }
    type Place { id: ID!  city: String @rest(GET: "/places/{id}/city") }
  `;
  expect(hintsOf(sdl)).toEqual([
    'CALLS_NOT_BATCHED  Place.city takes one call for each Place of Order.parcels (times the Orders of a list).\n' +
      '    If the service can be asked for many at once: @rest(batch: { match: "…" }), with a @key on Place.',
  ]);
});

it('hints at an entity that a list only refers to, not at one that it holds', () => {
  const maker = 'type Maker @key(fields: "id") @rest(GET: "/makers/{id}") { id: ID!  name: String }';
  const query = 'type Query { all: [Product!]! @rest(GET: "/all") }';
  expect(hintsOf(`${query} type Product { maker: Maker } ${maker}`)).toEqual([]);
  expect(hintsOf(`${query} type Product { maker: Maker @map(from: "{ id: maker_id }") } ${maker}`)).toEqual([
    'CALLS_NOT_BATCHED  Maker takes one call for each Maker of Query.all.\n' +
      '    If the service can be asked for many at once: @rest(batch: { match: "id" }).',
  ]);
});

it.each([
  ['is batched', '[Product!]!', '@rest(GET: "/reviews{?sku}", batch: { match: "sku" })'],
  ['is met once', 'Product', '@rest(GET: "/products/{sku}/reviews")'],
])('says nothing of a call that %s', (_, type, reviews) => {
  expect(hintsOf(`type Query { found: ${type} @rest(GET: "/found") } ${product(reviews)}`)).toEqual([]);
});

it('ends where types refer to themselves', () => {
  const sdl = `
    type Query { tree: [Node!]! @rest(GET: "/tree") }
    type Node { id: ID!  parent: Node  children: [Node!]!  size: Int @rest(GET: "/nodes/{id}/size") }
  `;
  expect(hintsOf(sdl)[0]).toContain('each Node of Query.tree and of Node.children (times the Nodes of a list).');
});

it('says how many calls it is at worst, where every list on the way has a bound that no client can pass', () => {
  const sdl = (orders: string) => `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@listSize"])
    type Query { orders(first: Int! = 10 @constraint(max: 50)): [Order!]! @rest(GET: "/orders{?first}") ${orders} }
    type Order { id: ID!  items: [Item!]! @listSize(assumedSize: 20) }
    type Item { product: Product }
    ${product('@rest(GET: "/products/{sku}/reviews")')}
  `;
  expect(hintsOf(sdl(''))[0]).toContain(
    'each Product of Order.items (at most 20, times the Orders of a list). That is 1000 calls at worst.',
  );
  expect(hintsOf(sdl('more(first: Int! = 10): [Order!]! @rest(GET: "/more{?first}")'))[0]).not.toContain('at worst');
  expect(hintsOf(sdl('more(first: Int @constraint(max: 5)): [Order!]! @rest(GET: "/more{?first}")'))[0]).not.toContain(
    'at worst',
  );
});
