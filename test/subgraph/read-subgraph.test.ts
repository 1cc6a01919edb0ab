import { readFileSync } from 'node:fs';
import { print, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { printProblem } from '../../src/errors/problem.ts';
import type { SubgraphInput, SubgraphSchema } from '../../src/model/subgraph.ts';
import { readSubgraph } from '../../src/subgraph/read-subgraph.ts';
import { read, readSound } from './reading.ts';

describe('a subgraph', () => {
  it('is bound when a field has a call, and a GraphQL service when none has', () => {
    expect(readSound('type Query { a: Int @rest(GET: "/a") }').kind).toBe('bound');
    expect(readSound('extend schema @timeout(ms: 5) type Query { a: Int }').kind).toBe('graphql');
  });

  it('is read from several files together', () => {
    const { subgraph, problems } = readSubgraph({
      name: 'shop',
      kind: 'auto',
      url: 'http://shop.example',
      schema: [
        { name: 'query.graphql', text: 'type Query { products: [Product!]! }' },
        { name: 'product.graphql', text: '\ntype Product @key(fields: "sku") {\n  sku: ID!\n}' },
      ],
    });
    expect(problems).toEqual([]);
    expect(subgraph).toMatchObject({ name: 'shop', url: 'http://shop.example' });
    expect(subgraph?.placeOf('Product.sku')).toEqual({ file: 'product.graphql', line: 3, column: 3 });
    expect(subgraph?.placeOf('Product')).toEqual({ file: 'product.graphql', line: 2, column: 1 });
    expect(subgraph?.placeOf('Product.price')).toBeUndefined();
  });

  it('reports the syntax errors of all its files', () => {
    const { subgraph, problems } = readSubgraph({
      name: 'shop',
      kind: 'auto',
      schema: [
        { name: 'a.graphql', text: 'type Query {\n  a Int\n}' },
        { name: 'b.graphql', text: 'type B { b: Int' },
        { name: 'c.graphql', text: '# to be written\n' },
        { name: 'd.graphql', text: '"Ours." extend schema @timeout(ms: 1)' },
        { name: 'e.graphql', text: 'query { a }' },
      ],
    });
    expect(subgraph).toBeUndefined();
    expect(problems.map(printProblem)).toEqual([
      'a.graphql:2:5  INVALID_GRAPHQL  Syntax error: Expected ":", found Name "Int".\n    Look at this place, and at what stands just before it.',
      'b.graphql:1:16  INVALID_GRAPHQL  Syntax error: Expected Name, found <EOF>.\n    A bracket or a brace that was opened is not closed before the end of the file.',
      'c.graphql:2:1  INVALID_GRAPHQL  The schema file is empty.\n    Write the subgraph’s types into it, or take it off the list.',
      'd.graphql:1:1  INVALID_GRAPHQL  Syntax error: Unexpected description, only GraphQL definitions support descriptions.\n    An extension takes no description: write it as a comment, with "#".',
      'e.graphql:1:1  INVALID_GRAPHQL  A schema file holds an operation or a fragment.\n    Keep operations out of the schema: only type, schema and directive definitions stand here.',
    ]);
    expect(problems.every((problem) => problem.subgraph === 'shop')).toBe(true);
  });

  it('reports a document that is nested beyond all measure instead of overflowing', () => {
    const depth = 20_000;
    const value = `${'['.repeat(depth)}1${']'.repeat(depth)}`;
    const { problems } = read(`type Query { a: Int @x(v: ${value}) }`);
    expect(problems).toEqual([expect.stringContaining('nested too deeply')]);
  });

  it('reports a key and an expression that are nested beyond all measure', () => {
    const depth = 20_000;
    const key = `${'a{'.repeat(depth)}a${'}'.repeat(depth)}`;
    const select = `${'['.repeat(depth)}a${']'.repeat(depth)}`;
    const { problems } = read(
      `type Query { a: A @rest(GET: "/a", select: "${select}") } type A @key(fields: "${key}") { a: A }`,
    );
    expect(problems).toEqual([
      expect.stringContaining('is no field set'),
      expect.stringContaining('it is nested too deeply'),
    ]);
  });

  it('reports every fault of its types, directives and calls at once', () => {
    const { problems } = read(`type Query {
  a: Foo
  b: Int @rest(GET: "/b", selct: "x")
  c: Int @rest(GET: "/{d}")
  c: Int
}`);
    expect(problems.map((problem) => problem.split('\n')[0])).toEqual([
      'shop.graphql:4:3, shop.graphql:5:3  INVALID_GRAPHQL  Field "Query.c" can only be defined once.',
      'shop.graphql:2:6  INVALID_GRAPHQL  Unknown type "Foo".',
      'shop.graphql:3:27  INVALID_GRAPHQL  @rest has no argument "selct".',
      'shop.graphql:2:3  BINDING_MISSING  Query.a has no call, so nothing would answer it.',
      'shop.graphql:5:3  BINDING_MISSING  Query.c has no call, so nothing would answer it.',
    ]);
  });

  it('reports a type that breaks its interface', () => {
    const { problems } = read('type Query { n: N } interface N { id: ID! } type P implements N { name: String }');
    expect(problems).toEqual([expect.stringContaining('Interface field N.id expected but P does not provide it')]);
  });
});

describe('its own executable schema', () => {
  it('has the entities and nothing of directives that are built in', () => {
    const { schema } = readSound(`
      directive @mine on FIELD_DEFINITION
      type Query { product(sku: ID!): Product @rest(GET: "/products/{sku}") @mine }
      type Product @key(fields: "sku") @rest(GET: "/products/{sku}") { sku: ID! name: String @deprecated(reason: "x") }
      type User @key(fields: "id", resolvable: false) { id: ID! }
    `);
    expect(printSchema(schema)).toMatchInlineSnapshot(`
      "directive @mine on FIELD_DEFINITION

      type Query {
        product(sku: ID!): Product
        _entities(representations: [_Any!]!): [_Entity]!
        _service: _Service!
      }

      type Product {
        sku: ID!
        name: String @deprecated(reason: "x")
      }

      type User {
        id: ID!
      }

      type _Service {
        sdl: String
      }

      scalar _Any

      union _Entity = Product"
    `);
  });

  it('builds of types that are only extended, under root types of any name', () => {
    const { schema } = readSound(`
      schema { query: Root }
      extend type Root { me: User }
      extend type User @key(fields: "id") { id: ID! @external }
      extend type User { name: String }
    `);
    expect(schema.getQueryType()?.name).toBe('Root');
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['me', '_entities', '_service']);
    expect(schema.getType('User')?.astNode?.kind).toBe('ObjectTypeDefinition');
  });

  it('builds of a subgraph without Query', () => {
    expect(readSound('type Product { sku: ID! }').schema.getQueryType()?.name).toBe('Query');
  });

  it('takes the machinery that a service prints of itself for what it is', () => {
    const { schema, keys } = readSound(`
      directive @key(fields: _FieldSet!) on OBJECT
      scalar _FieldSet
      scalar _Any
      union _Entity = User
      type _Service { sdl: String }
      type Query { me: User _entities(representations: [_Any!]!): [_Entity]! _service: _Service! }
      type User @key(fields: "id") { id: ID! }
    `);
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['me', '_entities', '_service']);
    expect([...keys]).toEqual([['User', ['id']]]);
  });
});

describe('its keys', () => {
  it('are the resolvable field sets of each type, as written', () => {
    const { keys } = readSound(`
      type Query { a: A b: B }
      type A @key(fields: "id") @key(fields: "sku region { name }") { id: ID! sku: ID! region: Region }
      type Region { name: String }
      type B @key(fields: "id", resolvable: false) { id: ID! }
    `);
    expect([...keys]).toEqual([['A', ['id', 'sku region { name }']]]);
  });

  it('may name only fields that are there', () => {
    const { problems } = read('type Query { a: A }\ntype A @key(fields: "idd") @key(fields: "{") { id: ID! }');
    expect(problems).toEqual([
      'shop.graphql:2:8  KEY_INVALID_FIELDS  The key "idd" of A names "idd", which A does not have here.\n    Add the field, or choose from: id.',
      'shop.graphql:2:28  KEY_INVALID_FIELDS  The key "{" of A is no field set.\n    Write names with spaces between them: "id", or "id region { name }".',
    ]);
  });
});

describe('the shop', () => {
  const file = (name: string) => ({
    name,
    text: readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8'),
  });
  const shop: readonly SubgraphInput[] = [
    { name: 'accounts', kind: 'auto', schema: [file('accounts.graphql')] },
    { name: 'catalog', kind: 'auto', schema: [file('catalog.graphql')] },
    { name: 'inventory', kind: 'auto', schema: [file('inventory.graphql')], protos: [file('inventory.proto')] },
    { name: 'shipping', kind: 'auto', schema: [file('shipping.graphql')] },
    { name: 'orders', kind: 'stitched', schema: [file('orders.graphql')] },
    { name: 'storefront', kind: 'resolvers', schema: [file('storefront.graphql')] },
  ];

  it.each(shop)('reads $name without errors', (input) => {
    const { subgraph, problems } = readSubgraph(input);
    expect(problems.filter(({ severity }) => severity === 'error').map(printProblem)).toEqual([]);
    expect(print((subgraph as SubgraphSchema).federationDocument)).not.toMatch(
      /@(rest|grpc|request|map|source|timeout|merge)\b/,
    );
  });
});
