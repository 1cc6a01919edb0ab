import { expect, it } from 'vitest';
import { composeSupergraph } from '../../src/composition/compose-supergraph.ts';
import { printApiSchema } from '../../src/composition/print-api-schema.ts';
import { readSupergraph } from '../../src/composition/read-supergraph.ts';
import { subgraph } from './subgraph-fixture.ts';

const supergraphSdl = (links: string, types: string): string => `
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  ${links}
{ query: Query }
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!) repeatable on OBJECT
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { MY_SHOP @join__graph(name: "my-shop", url: "http://shop")  OTHER @join__graph(name: "other", url: "") }
${types}`;

it('reads back what was composed', () => {
  const composition = composeSupergraph([
    subgraph('a', 'type Query { me: User @authenticated } type User @key(fields: "id") { id: ID! }', 'http://a'),
    subgraph('b', 'type User @key(fields: "id") { id: ID!  n: Int @inaccessible }'),
  ]);
  if (composition.kind === 'failed') throw new Error('does not compose');
  const read = readSupergraph(composition.supergraph.sdl, 'supergraph.graphql');
  if (read.kind === 'failed') throw new Error('cannot be read');
  expect(printApiSchema(read.supergraph)).toBe(printApiSchema(composition.supergraph));
  expect(read.supergraph.accessRules).toEqual(composition.supergraph.accessRules);
  expect(read.supergraph.subgraphs).toEqual([
    { name: 'a', url: 'http://a' },
    { name: 'b', url: undefined },
  ]);
});

it('names subgraphs as their teams do, and knows that an empty URL is none', () => {
  const read = readSupergraph(supergraphSdl('', 'type Query @join__type(graph: MY_SHOP) { a: Int }'), 's.graphql');
  expect(read).toMatchObject({
    kind: 'read',
    supergraph: {
      subgraphs: [
        { name: 'my-shop', url: 'http://shop' },
        { name: 'other', url: undefined },
      ],
    },
  });
});

it('follows directives that were renamed when imported', () => {
  const read = readSupergraph(
    supergraphSdl(
      `@link(url: "https://specs.apollo.dev/authenticated/v0.1", import: [{ name: "@authenticated", as: "@loggedIn" }], for: SECURITY)
       @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", as: "scoped", for: SECURITY)
       @link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hidden", for: SECURITY)`,
      `directive @loggedIn on FIELD_DEFINITION
       directive @scoped(scopes: [[String!]!]!) on FIELD_DEFINITION
       directive @hidden on FIELD_DEFINITION
       type Query { a: Int @loggedIn  b: Int @scoped(scopes: [["x"]])  c: Int @hidden }`,
    ),
    's.graphql',
  );
  if (read.kind === 'failed') throw new Error(read.problems.map(({ message }) => message).join());
  expect([...read.supergraph.accessRules]).toEqual([
    ['Query.a', { authenticated: true, scopes: null }],
    ['Query.b', { authenticated: false, scopes: [['x']] }],
  ]);
  expect(printApiSchema(read.supergraph)).toBe('type Query {\n  a: Int\n  b: Int\n}\n');
});

it('keeps directives that clients write, and no others', () => {
  const sdl = supergraphSdl(
    '',
    'directive @trace on FIELD\ndirective @team(name: String) on OBJECT\ntype Query @team(name: "x") { a: Int }',
  );
  const read = readSupergraph(sdl, 's.graphql');
  if (read.kind === 'failed') throw new Error('cannot be read');
  expect(printApiSchema(read.supergraph)).toBe('directive @trace on FIELD\n\ntype Query {\n  a: Int\n}\n');
});

it('shows where the SDL does not parse', () => {
  expect(readSupergraph('type Query {\n  a: }\n', 's.graphql')).toMatchObject({
    kind: 'failed',
    problems: [{ code: 'INVALID_GRAPHQL', places: [{ file: 's.graphql', line: 2, column: 6 }] }],
  });
});

it('refuses SDL that is no supergraph', () => {
  expect(readSupergraph('type Query { a: Int }', 's.graphql')).toMatchObject({
    kind: 'failed',
    problems: [{ code: 'NOT_A_SUPERGRAPH', places: [{ file: 's.graphql', line: 1, column: 1 }] }],
  });
});

it('refuses a supergraph that refers to a type it does not have', () => {
  expect(readSupergraph(supergraphSdl('', 'type Query { a: Missing }'), 's.graphql')).toMatchObject({
    kind: 'failed',
    problems: [{ code: 'INVALID_SUPERGRAPH', message: expect.stringContaining('Missing') }],
  });
});

it('refuses features that must be known to serve the graph safely', () => {
  const sdl = supergraphSdl(
    '@link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY) @link(url: "https://specs.apollo.dev/connect/v0.1", for: EXECUTION)',
    'directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION\ntype Query {\n  a: Int @policy(policies: [["p"]])\n}',
  );
  expect(readSupergraph(sdl, 's.graphql')).toMatchObject({
    kind: 'failed',
    problems: [
      { code: 'UNSUPPORTED_FEATURE', message: expect.stringContaining('connect/v0.1') },
      { code: 'UNSUPPORTED_FEATURE', coordinate: 'Query.a' },
    ],
  });
});

it('tells of fields that are not protected as what they require', () => {
  const access = '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)';
  const sdl = supergraphSdl(
    access,
    `directive @authenticated on FIELD_DEFINITION
     type Query @join__type(graph: MY_SHOP) { t: T }
     type T @join__type(graph: MY_SHOP) {
       secret: Int @authenticated
       told: Int @join__field(graph: MY_SHOP, requires: "secret")
       kept: Int @join__field(graph: MY_SHOP, requires: "secret") @authenticated
     }`,
  );
  expect(readSupergraph(sdl, 's.graphql')).toMatchObject({
    kind: 'read',
    openRequirements: [
      { code: 'MISSING_TRANSITIVE_AUTH_REQUIREMENTS', coordinate: 'T.told', places: [{ file: 's.graphql' }] },
    ],
  });
});
