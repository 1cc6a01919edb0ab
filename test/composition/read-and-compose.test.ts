import { expect, it } from 'vitest';
import { composeSupergraph } from '../../src/composition/compose-supergraph.ts';
import { printApiSchema } from '../../src/composition/print-api-schema.ts';
import { printProblem } from '../../src/errors/problem.ts';
import { readSubgraph } from '../../src/subgraph/read-subgraph.ts';

/** Subgraphs as teams write them, read and composed: each name's SDL stands in `NAME.graphql`. */
function compose(sdls: Readonly<Record<string, string>>) {
  const subgraphs = Object.entries(sdls).map(([name, text]) => {
    const schema = [{ name: `${name}.graphql`, text }];
    const { subgraph, problems } = readSubgraph({ name, kind: 'auto', schema, url: `http://${name}.internal` });
    if (subgraph === undefined) throw new Error(problems.map(printProblem).join('\n'));
    return subgraph;
  });
  return composeSupergraph(subgraphs);
}

const accounts = 'type Query { me: User @authenticated }\ntype User @key(fields: "id") { id: ID!  name: String }';

it('composes services of several kinds, and shows clients none of the directives that bind them', () => {
  const composition = compose({
    accounts,
    reviews: `
      type Query { review(id: ID!): Review @rest(GET: "/reviews/{id}") }
      type Review @timeout(ms: 500) { text: String  author: User @map(from: "{ id: author_id }") }
      type User @key(fields: "id") { id: ID!  reviews: [Review!]! @rest(GET: "/users/{id}/reviews") }
    `,
  });
  if (composition.kind === 'failed') throw new Error(composition.problems.map(printProblem).join('\n'));
  expect([...composition.supergraph.accessRules.keys()]).toEqual(['Query.me']);
  expect(composition.hints).toEqual([
    expect.objectContaining({ code: 'CALLS_NOT_BATCHED', coordinate: 'User.reviews' }),
  ]);
  expect(printApiSchema(composition.supergraph)).toMatchInlineSnapshot(`
    "type Query {
      me: User
      review(id: ID!): Review
    }

    type Review {
      text: String
      author: User
    }

    type User {
      id: ID!
      name: String
      reviews: [Review!]!
    }
    "
  `);
});

it('shows a contradiction where the teams wrote it', () => {
  const composition = compose({
    accounts,
    loyalty:
      'type User @key(fields: "id") {\n  id: ID!\n  name: Int @shareable @rest(GET: "/names/{id}")\n}\ntype Query { points: Int @rest(GET: "/points") }',
  });
  const problems = composition.kind === 'failed' ? composition.problems : [];
  expect(
    problems.map(({ code, coordinate, places }) => [
      code,
      coordinate,
      ...places.map(({ file, line, column }) => `${file}:${line}:${column}`),
    ]),
  ).toEqual([
    ['FIELD_TYPE_MISMATCH', 'User.name', 'accounts.graphql:2:41', 'loyalty.graphql:3:3'],
    ['INVALID_FIELD_SHARING', 'User.name', 'accounts.graphql:2:41', 'loyalty.graphql:3:3'],
  ]);
});

it('points at the directive that only composition can judge', () => {
  const composition = compose({
    accounts: accounts.replace('name: String', 'name: String @requiresScopes(scopes: [["name"]])'),
    cards:
      'type User @key(fields: "id") {\n  id: ID!\n  name: String @external\n  card: String @requires(fields: "name")\n}',
  });
  expect(composition).toMatchObject({
    kind: 'failed',
    problems: [
      {
        code: 'MISSING_TRANSITIVE_AUTH_REQUIREMENTS',
        subgraph: 'cards',
        coordinate: 'User.card',
        places: [{ file: 'cards.graphql', line: 4 }],
      },
    ],
  });
});

it.each([
  'extend schema { query: RootQ }',
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@shareable"]) { query: RootQ }',
  'extend schema { query: RootQ } extend schema { mutation: RootM }',
  'extend schema { query: RootQ } type T @shareable { x: Int }',
])('composes the root fields of the types that a schema extension names: %s', (schema) => {
  const composition = compose({ accounts, roots: `${schema} type RootQ { a: Int } type RootM { m: Int }` });
  if (composition.kind === 'failed') throw new Error(composition.problems.map(printProblem).join('\n'));
  const isMutable = schema.includes('mutation');
  const api = printApiSchema(composition.supergraph);
  expect(api).toMatch(/type Query \{[^}]*\ba: Int/);
  expect(api).not.toContain('RootQ');
  expect(api.includes('type Mutation')).toBe(isMutable);
});

it('guards a field of an interface object on every type that has it', () => {
  const composition = compose({
    a: 'type Query { m: M } interface M @key(fields: "id") { id: ID!  s: String } type B implements M @key(fields: "id") { id: ID!  s: String @authenticated }',
    b: 'type M @interfaceObject @key(fields: "id") { id: ID!  s: String @external  d: String @authenticated @requires(fields: "s") }',
  });
  if (composition.kind === 'failed') throw new Error(composition.problems.map(printProblem).join('\n'));
  expect([...composition.supergraph.accessRules.keys()].toSorted()).toEqual(['B.d', 'B.s', 'M.d', 'M.s']);
});
