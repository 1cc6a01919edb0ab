import { expect, it } from 'vitest';
import { composeSupergraph } from '../../../src/composition/compose-supergraph.ts';
import { printProblem } from '../../../src/errors/problem.ts';
import { readSound } from '../../subgraph/reading.ts';

/** The hints at calls in schemas in which nothing is wrong, without their places. */
function hintsOf(...sdls: readonly string[]): string[] {
  return printedHints(...sdls).map((hint) => hint.replace(/^.*? {2}hint /, ''));
}

function printedHints(...sdls: readonly string[]): string[] {
  const names = ['shop', 'orders', 'accounts'];
  const composition = composeSupergraph(sdls.map((sdl, index) => readSound(sdl, { name: names[index] ?? '' })));
  if (composition.kind === 'failed') throw new Error(composition.problems.map(printProblem).join('\n'));
  return composition.hints.filter(({ code }) => code === 'CALLS_NOT_BATCHED').map(printProblem);
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
  const [hint] = printedHints(
    `type Query { all: [Product!]! @rest(GET: "/all") }\n${product('@rest(GET: "/products/{sku}/reviews")').trim()}`,
  );
  expect(hint).toMatch(/^shop\.graphql:2:\d+ {2}hint CALLS_NOT_BATCHED/);
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

const federated = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", ${imports}])`;

it('hints at an entity that a list of another subgraph leads to, with the number of calls at worst', () => {
  const shop = `
    type Query { product(sku: ID!): Product @rest(GET: "/products/{sku}") }
    type Product @key(fields: "sku") @rest(GET: "/products/{sku}") { sku: ID!  name: String }
  `;
  const orders = (product: string) => `
    ${federated('"@listSize", "@shareable"')}
    type Query { orders: [Order!]! @listSize(assumedSize: 50) }
    type Order @key(fields: "id") { id: ID!  product: Product }
    type Product @key(fields: "sku") { ${product} }
  `;
  expect(hintsOf(shop, orders('sku: ID!'))).toEqual([
    'CALLS_NOT_BATCHED  Product takes one call for each Product of Query.orders (at most 50). That is 50 calls at worst.\n' +
      '    If the service can be asked for many at once: @rest(batch: { match: "sku" }).',
  ]);
  const sharing = shop.replace('name: String', 'name: String @shareable');
  expect(hintsOf(sharing, orders('sku: ID!  name: String @shareable'))).toEqual([]);
  const accounts = `
    ${federated('"@listSize"')}
    type Query { users: [User!]! @listSize(assumedSize: 10) }
    type User { lastOrder: Order  orders: [Order!]! @listSize(assumedSize: 20) }
    type Order @key(fields: "id") { id: ID! }
  `;
  expect(hintsOf(shop, orders('sku: ID!'), accounts)[0]).toContain(
    'each Product of Query.users (at most 10) and of User.orders (at most 20, times the Users of a list) and of Query.orders (at most 50). That is 200 calls at worst.',
  );
});

it('hints at a field whose entity stands in a list of another subgraph', () => {
  const shop = `
    type Query { one: Int @rest(GET: "/one") }
    type Order @key(fields: "id") { id: ID!  parcel: String @rest(GET: "/parcels/{id}") }
  `;
  const orders = `${federated('"@shareable"')} type Query { orders: [Order!]! } type Order @key(fields: "id") { id: ID! total: Int }`;
  expect(hintsOf(shop, orders)).toEqual([
    expect.stringContaining('CALLS_NOT_BATCHED  Order.parcel takes one call for each Order of Query.orders.\n'),
  ]);
});

it('names five lists, and counts the others', () => {
  const lists = Array.from({ length: 7 }, (_, index) => `l${index}: [P!]! @rest(GET: "/l${index}")`);
  const sdl = `type Query { ${lists.join(' ')} } type P { id: ID!  size: Int @rest(GET: "/size/{id}") }`;
  expect(hintsOf(sdl)[0]).toContain(
    'each P of Query.l0 and of Query.l1 and of Query.l2 and of Query.l3 and of Query.l4 and of 2 lists more.',
  );
});
