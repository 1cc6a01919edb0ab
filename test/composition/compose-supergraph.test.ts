import { expect, it } from 'vitest';
import { composeSupergraph } from '../../src/composition/compose-supergraph.ts';
import type { Composition } from '../../src/composition/compose-supergraph.ts';
import { printApiSchema } from '../../src/composition/print-api-schema.ts';
import { printProblem } from '../../src/errors/problem.ts';
import { subgraph } from './subgraph-fixture.ts';

function compose(sdls: Readonly<Record<string, string>>): Composition {
  return composeSupergraph(Object.entries(sdls).map(([name, sdl]) => subgraph(name, sdl, `http://${name}.internal`)));
}

function composed(sdls: Readonly<Record<string, string>>) {
  const composition = compose(sdls);
  if (composition.kind === 'failed') throw new Error(composition.problems.map(printProblem).join('\n'));
  return composition;
}

function problems(sdls: Readonly<Record<string, string>>) {
  const composition = compose(sdls);
  return composition.kind === 'failed' ? composition.problems : [];
}

const accounts = `
  type Query { me: User }
  type User @key(fields: "id") { id: ID!  name: String! }
`;
const reviews = `
  type Query { latest: [Review!]! }
  type Review { text: String!  author: User! }
  type User @key(fields: "id") { id: ID!  reviews: [Review!]! }
`;

it('composes subgraphs into one graph of theirs', () => {
  const { supergraph, hints } = composed({ accounts, reviews });
  expect(supergraph.subgraphs).toEqual([
    { name: 'accounts', url: 'http://accounts.internal' },
    { name: 'reviews', url: 'http://reviews.internal' },
  ]);
  expect(hints).toEqual([]);
  expect(supergraph.sdl).toContain(
    'type User @join__type(graph: ACCOUNTS, key: "id") @join__type(graph: REVIEWS, key: "id")',
  );
  expect(printApiSchema(supergraph)).toMatchInlineSnapshot(`
    "type Query {
      me: User
      latest: [Review!]!
    }

    type Review {
      text: String!
      author: User!
    }

    type User {
      id: ID!
      name: String!
      reviews: [Review!]!
    }
    "
  `);
});

it('gives the same supergraph whatever the order of the subgraphs and their types', () => {
  const [query = '', user = ''] = accounts.trim().split('\n');
  const first = composed({ accounts, reviews });
  const second = composed({ reviews, accounts: `${user}\n${query}` });
  expect(second.supergraph.sdl).toBe(first.supergraph.sdl);
  expect(printApiSchema(second.supergraph)).toBe(printApiSchema(first.supergraph));
});

it('hides inaccessible elements and federation machinery, and keeps descriptions and deprecations', () => {
  const { supergraph } = composed({
    catalog: `
      type Query { search(text: String, debug: Boolean @inaccessible): [Hit]  internal: Secret @inaccessible }
      "What is sold."
      type Product implements Node @key(fields: "id") { id: ID!  old: Int @deprecated(reason: "use id")  "grams" weight: Int @tag(name: "w") }
      type Secret @inaccessible { x: Int }
      interface Node @inaccessible { id: ID! }
      union Hit = Product | Secret
      enum Size { SMALL LARGE @inaccessible }
      extend type Product { size: Size  link: Url }
      scalar Url @specifiedBy(url: "https://url.spec.whatwg.org")
    `,
  });
  expect(printApiSchema(supergraph)).toMatchInlineSnapshot(`
    "type Query {
      search(text: String): [Hit]
    }

    union Hit = Product

    """What is sold."""
    type Product {
      id: ID!
      old: Int @deprecated(reason: "use id")

      """grams"""
      weight: Int
      size: Size
      link: Url
    }

    enum Size {
      SMALL
    }

    scalar Url @specifiedBy(url: "https://url.spec.whatwg.org")
    "
  `);
});

it('reads who may see what, and gives an interface what its types need', () => {
  const { supergraph } = composed({
    a: `
      type Query { node: Node  money: Money }
      interface Node { id: ID!  owner: String }
      type User implements Node @authenticated { id: ID!  owner: String @requiresScopes(scopes: [["read", "owner"], ["admin"]]) }
      scalar Money @requiresScopes(scopes: [["money"]])
    `,
  });
  const scopes = [['admin'], ['read', 'owner']];
  const sorted = (lists: readonly (readonly string[])[] | null | undefined) =>
    lists?.map((list) => list.toSorted()).toSorted((left, right) => left.length - right.length);
  expect([...supergraph.accessRules.keys()].toSorted()).toEqual(['Money', 'Node', 'Node.owner', 'User', 'User.owner']);
  expect(supergraph.accessRules.get('User')).toEqual({ authenticated: true, scopes: null });
  expect(supergraph.accessRules.get('Node')).toEqual({ authenticated: true, scopes: null });
  expect(supergraph.accessRules.get('Money')).toEqual({ authenticated: false, scopes: [['money']] });
  expect(sorted(supergraph.accessRules.get('User.owner')?.scopes)).toEqual(sorted(scopes));
  expect(sorted(supergraph.accessRules.get('Node.owner')?.scopes)).toEqual(sorted(scopes));
});

it('needs the rules of all subgraphs where several protect one field', () => {
  const { supergraph } = composed({
    a: 'type Query { total: Int @shareable @requiresScopes(scopes: [["a"]]) }',
    b: 'type Query { total: Int @shareable @requiresScopes(scopes: [["b"]]) @authenticated }',
  });
  expect(supergraph.accessRules.get('Query.total')).toEqual({ authenticated: true, scopes: [['a', 'b']] });
});

it('shows a contradiction at its place in every subgraph, with a remedy', () => {
  const found = problems({
    products: 'type Query { p: Product }\ntype Product @key(fields: "id") {\n  id: ID!\n  price: Int @shareable\n}',
    inventory: 'type Product @key(fields: "id") {\n  id: ID!\n  price: Float @shareable\n}',
  });
  expect(found.map(printProblem)).toEqual([
    'inventory.graphql:3:3, products.graphql:4:3  FIELD_TYPE_MISMATCH  Type of field "Product.price" is incompatible across subgraphs: ' +
      'it has type "Float" in subgraph "inventory" but type "Int" in subgraph "products"\n' +
      '    Give the field the same type in every subgraph, or rename it in one of them.',
  ]);
  expect(found[0]?.coordinate).toBe('Product.price');
});

it('says what to do where every subgraph has an interface object, and none its interface', () => {
  const object = 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int }';
  expect(problems({ a: `${object} type Query { i: I }`, b: object.replace('x', 'y') }).map(printProblem)).toEqual([
    'a.graphql:1:1, b.graphql:1:1  INTERFACE_OBJECT_USAGE_ERROR  Type "I" is declared with @interfaceObject in all the subgraphs in which it is defined\n' +
      '    Define the interface itself in one subgraph, and give it and each @interfaceObject type the same @key.',
  ]);
});

it('says why clients would see no valid schema where only the merge has dropped something', () => {
  const a = 'type Query { a(i: In = { b: 1 }): Int } input In { a: Int b: Int }';
  const [found] = problems({ a, b: 'type Query { b(i: In): Int } input In { a: Int }' });
  expect(found).toMatchObject({ code: 'INVALID_API_SCHEMA' });
  expect(found?.message).toMatch(/^What clients would see of the graph is not a valid schema: .*"b"/);
  expect(found?.remedy).toContain('input field that a subgraph lacks');
});

it('reports every problem at once, in a stable order', () => {
  const a = 'type Query { z: Z @shareable } type Z { a: Int b: Int }';
  const b = 'type Query { z: Z @shareable } type Z { b: Int a: Int }';
  const found = problems({ a, b });
  expect(found.map(({ code, coordinate }) => `${code} ${coordinate}`)).toEqual([
    'INVALID_FIELD_SHARING Z.a',
    'INVALID_FIELD_SHARING Z.b',
  ]);
  expect(problems({ b, a })).toEqual(found);
});

it('points at the directive itself where one subgraph is wrong', () => {
  const [found] = problems({ a: 'type Query { me: User }\ntype User @key(fields: "uuid") {\n  id: ID!\n}' });
  expect(found).toMatchObject({
    code: 'KEY_INVALID_FIELDS',
    subgraph: 'a',
    coordinate: 'User',
    places: [{ file: 'a.graphql', line: 2, column: 11 }],
  });
  expect(found?.message).toMatch(/^On type "User"/);
  expect(found?.remedy).toContain('@key');
});

it('names the type that an error is about, whatever else its message names', () => {
  const found = problems({
    a: 'type Query { a: Size } enum Size { SMALL }',
    b: 'type Query { b(a: Size): Int } enum Size { LARGE }',
    c: 'union Any = Any',
  });
  expect(found.map(({ coordinate }) => coordinate)).toEqual(['Any']);
  expect(
    problems({
      a: 'type Query { a: Size } enum Size { SMALL }',
      b: 'type Query { b(a: Size): Int } enum Size { LARGE }',
    }),
  ).toMatchObject([
    { code: 'ENUM_VALUE_MISMATCH', coordinate: 'Size', places: [{ file: 'a.graphql' }, { file: 'b.graphql' }] },
    { code: 'ENUM_VALUE_MISMATCH', coordinate: 'Size' },
  ]);
});

it('insists that a field is protected like those it requires', () => {
  const found = problems({
    a: 'type Query { u: U } type U @key(fields: "id") { id: ID!  secret: String @authenticated }',
    b: 'type U @key(fields: "id") { id: ID!  secret: String @external  open: String @requires(fields: "secret") }',
  });
  expect(found).toMatchObject([{ code: 'MISSING_TRANSITIVE_AUTH_REQUIREMENTS', coordinate: 'U.open' }]);
});

it('names the field that no path of subgraphs leads to', () => {
  const found = problems({
    a: 'type Query { me: User } type User { id: ID! @shareable }',
    b: 'type Query { other: User } type User { id: ID! @shareable\n name: String }',
  });
  expect(found).toMatchObject([
    { code: 'SATISFIABILITY_ERROR', coordinate: 'User.name', places: [{ file: 'b.graphql', line: 2, column: 2 }] },
  ]);
});

it('says what is missing when there is no subgraph, or none with a query', () => {
  expect(composeSupergraph([])).toMatchObject({ kind: 'failed', problems: [{ code: 'NO_SUBGRAPHS' }] });
  expect(problems({ a: 'type Thing { id: ID }' })).toMatchObject([{ code: 'NO_QUERIES' }]);
});

it('refuses names that would be one enum value, or none', () => {
  const sdl = 'type Query { a: Int @shareable }';
  expect(problems({ 'order-items': sdl, orderItems: sdl, order_items: sdl })).toMatchObject([
    {
      code: 'SUBGRAPH_NAME_CLASH',
      message:
        'The subgraphs "order-items" and "orderItems" and "order_items" would both be ORDER_ITEMS in the supergraph.',
    },
  ]);
  expect(problems({ '9lives': sdl })).toMatchObject([{ code: 'INVALID_SUBGRAPH_NAME', subgraph: '9lives' }]);
});

it('refuses a graph that needs what is not built here', () => {
  const found = problems({ a: 'type Query {\n  x: Int @policy(policies: [["p"]])\n}' });
  expect(found).toMatchObject([
    { code: 'UNSUPPORTED_FEATURE', coordinate: 'Query.x', places: [{ file: 'a.graphql', line: 2, column: 3 }] },
  ]);
});

it('hints at types that differ in nullability and at overrides from nowhere', () => {
  const { hints } = composed({
    a: 'type Query { total: Int! @shareable }',
    b: 'type Query { total: Int @shareable  other: Int @override(from: "gone") }',
  });
  expect(hints.map(({ severity, code, coordinate, places }) => [severity, code, coordinate, places.length])).toEqual([
    ['hint', 'FROM_SUBGRAPH_DOES_NOT_EXIST', 'Query.other', 1],
    ['hint', 'INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE', 'Query.total', 2],
  ]);
});

it('makes a problem of what the composer crashes on, and names the subgraph', () => {
  const broken = {
    ...subgraph('broken', 'type Query { a: Int }'),
    federationDocument: { kind: 'Document', definitions: [null] },
  };
  const composition = composeSupergraph([
    subgraph('fine', 'type Query { b: Int }'),
    broken as unknown as ReturnType<typeof subgraph>,
  ]);
  expect(composition).toMatchObject({ kind: 'failed', problems: [{ code: 'COMPOSITION_FAILED', subgraph: 'broken' }] });
});
