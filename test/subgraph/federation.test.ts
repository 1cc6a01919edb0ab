import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { read, readSound } from './reading.ts';

const composed = (sdl: string) => print(readSound(sdl).federationDocument);

describe('without @link', () => {
  it('leaves a Federation 1 schema as it is', () => {
    const sdl = `type Query {
  me: User
}

extend type User @key(fields: "id") {
  id: ID! @external
  email: String @external @tag(name: "internal")
  orders: [Int] @requires(fields: "email")
}`;
    expect(composed(sdl)).toBe(sdl);
  });

  it('reads a schema with a directive of ours as the newest Federation 2, and imports what it uses', () => {
    expect(
      composed(
        'extend schema @timeout(ms: 5) type Query { a: A @rest(GET: "/a") } type A @key(fields: "id", resolvable: false) { id: ID! }',
      ),
    ).toMatchInlineSnapshot(`
      "extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

      type Query {
        a: A
      }

      type A @key(fields: "id", resolvable: false) {
        id: ID!
      }"
    `);
  });

  it.each(['shareable', 'inaccessible', 'authenticated'])(
    'reads a schema with @%s as the newest Federation 2',
    (name) => {
      expect(composed(`type Query { a: Int @${name} }`)).toContain(
        `@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@${name}"])`,
      );
    },
  );

  it('keeps a definition of the schema’s own instead of the built-in directive', () => {
    const sdl = 'directive @rest(x: Int) on FIELD_DEFINITION type Query { a: Int @rest(x: 5) }';
    const { kind, federationDocument } = readSound(sdl);
    expect(kind).toBe('graphql');
    expect(print(federationDocument)).toContain('a: Int @rest(x: 5)');
    expect(read('directive @rest(x: Int) on FIELD_DEFINITION type Query { a: Int @rest(x: "5") }').problems).toEqual([
      expect.stringContaining('@rest(x:) is wrong: Int cannot represent non-integer value: "5"'),
    ]);
  });

  it('keeps a definition of a directive that is not built yet', () => {
    expect(read('directive @policy(x: Int) on FIELD_DEFINITION type Query { a: Int @policy }').problems).toEqual([]);
  });
});

describe('with @link', () => {
  it('knows what is imported by the name it is given, and the rest by its namespace', () => {
    const { keys, federationDocument } = readSound(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [{ name: "@key", as: "@primaryKey" }])
      type Query { a: A @federation__shareable }
      type A @primaryKey(fields: "id") @federation__key(fields: "sku") { id: ID! sku: ID! }
    `);
    expect([...keys]).toEqual([['A', ['id', 'sku']]]);
    expect(print(federationDocument)).toContain('type A @primaryKey(fields: "id") @federation__key(fields: "sku")');
  });

  it('gives the composer the default namespace where the link has another', () => {
    const text = composed(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", as: "fed", import: ["@key"])
      type Query { a: A @fed__shareable }
      type A @key(fields: "id") { id: ID! }
    `);
    expect(text).toContain('@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])');
    expect(text).toContain('a: A @federation__shareable');
  });

  it('still has our directives, without importing them', () => {
    const text = composed(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"]) @source(naming: SNAKE_CASE)
      type Query { a: Int @rest(GET: "/a") }
    `);
    expect(text).toMatchInlineSnapshot(`
      "extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])

      type Query {
        a: Int
      }"
    `);
  });

  it('refuses what the link does not import, and imports that are none', () => {
    const { problems } =
      read(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@sharable", "@authenticated", { name: "@tag", as: "tag" }, 5])
type Query { a: Int @shareable }`);
    expect(problems).toEqual([
      'shop.graphql:1:79  INVALID_LINK_DIRECTIVE_USAGE  The import "@sharable" is not in Federation v2.3.\n    Did you mean "@shareable"?',
      'shop.graphql:1:92  INVALID_LINK_DIRECTIVE_USAGE  The import "@authenticated" is not in Federation v2.3.\n    Link Federation v2.5 or newer.',
      'shop.graphql:1:110  INVALID_LINK_DIRECTIVE_USAGE  The import "@tag" cannot be called "tag": both begin with "@", or neither does.\n    Write as: "@tag".',
      'shop.graphql:1:139  INVALID_LINK_DIRECTIVE_USAGE  An import is a name, or { name, as }.\n    Write "@key", or { name: "@key", as: "@primaryKey" }.',
      'shop.graphql:2:21  INVALID_GRAPHQL  Unknown directive @shareable.\n    Import it: add "@shareable" to the import list of the @link to Federation, v2.0 or newer.',
    ]);
  });

  it('refuses a version it does not know', () => {
    const { problems } = read(
      'extend schema @link(url: "https://specs.apollo.dev/federation/v3.0")\ntype Query { a: Int }',
    );
    expect(problems).toEqual([
      'shop.graphql:1:15  UNKNOWN_FEDERATION_LINK_VERSION  Federation "v3.0" is not known here.\n    Link a version from v2.0 to v2.9.',
    ]);
  });
});

describe('an extension that names the root types', () => {
  it('is a definition where the schema has none, and leaves the default names to the other kinds', () => {
    const { federationDocument, schema } = readSound(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"]) { query: RootQ }
      extend schema { subscription: RootS }
      type RootQ { a: Int }
      type Query { b: Int }
      type Mutation { c: Int }
      type RootS { d: Int }
    `);
    expect(print(federationDocument)).toContain(
      `schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"]) {
  query: RootQ
  subscription: RootS
  mutation: Mutation
}`,
    );
    expect(print(federationDocument)).not.toContain('extend schema');
    expect(schema.getQueryType()?.name).toBe('RootQ');
    expect(schema.getMutationType()?.name).toBe('Mutation');
    expect(schema.getSubscriptionType()?.name).toBe('RootS');
  });

  it('may not name one kind twice', () => {
    expect(
      read('extend schema { query: A } extend schema { query: B } type A { a: Int } type B { b: Int }').problems,
    ).toEqual([expect.stringContaining('There can be only one query type in schema')]);
  });
});
