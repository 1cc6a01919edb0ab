import fc from 'fast-check';
import { executeSync, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { differsByType } from '../../src/planning/differs-by-type.ts';
import { reduceInterfaces } from '../../src/planning/reduce-interfaces.ts';
import { anyOperation } from '../execution/any-operation.ts';
import { checkOperation, testGraph } from '../execution/test-graph.ts';

const nodes = `
  type Query { nodes: [Node!]  any: Any  book: Book }
  interface Node { id: ID!  peer: Node }
  interface Named { name: String }
  union Any = Book | Film | Song
  type Book implements Node & Named @key(fields: "id") { id: ID!  peer: Node  name: String }
  type Film implements Node & Named @key(fields: "id") { id: ID!  peer: Node  name: String }
  type Song implements Node @key(fields: "id") { id: ID!  peer: Node }`;

const stocks = `
  interface Node { id: ID!  stock: Int  place(of: Int): String }
  type Book implements Node @key(fields: "id") { id: ID!  stock: Int  place(of: Int): String }
  type Film implements Node @key(fields: "id") { id: ID!  stock: Int  place(of: Int): String }
  type Song implements Node @key(fields: "id") { id: ID!  stock: Int  place(of: Int): String }`;

const IDS = ['book-1', 'film-2', 'song-3', 'book-4'];
const TYPES: Readonly<Record<string, string>> = { book: 'Book', film: 'Film', song: 'Song' };

const objectOf = (id: string) => ({ __typename: TYPES[id.split('-')[0] ?? ''], id });
const nextOf = (id: string) => (id === 'book-4' ? null : objectOf(IDS[IDS.indexOf(id) + 1] ?? ''));

const values: Readonly<Record<string, (id: string, args: Readonly<Record<string, unknown>>) => unknown>> = {
  nodes: () => IDS.map(objectOf),
  any: () => objectOf('film-2'),
  book: () => objectOf('book-1'),
  id: (id) => id,
  peer: nextOf,
  name: (id) => `the ${id}`,
  stock: (id) => id.length,
  place: (id, { of }) => `${id} of ${String(of)}`,
};

const VARIABLES = { yes: true, no: false };

const resolve = (field: string) => (source: Record<string, unknown>, args: Record<string, unknown>) =>
  values[field]?.(String(source['id']), args);

const fieldsOf = (...fields: string[]) => Object.fromEntries(fields.map((field) => [field, resolve(field)]));

const objects = (fields: Record<string, ReturnType<typeof resolve>>) => ({ Book: fields, Film: fields, Song: fields });

const graph = testGraph({
  nodes: {
    sdl: nodes,
    resolvers: { Query: fieldsOf('nodes', 'any', 'book'), ...objects(fieldsOf('id', 'peer', 'name')) },
    entities: entitiesOf(),
  },
  stocks: { sdl: stocks, resolvers: objects(fieldsOf('id', 'stock', 'place')), entities: entitiesOf() },
});

function entitiesOf() {
  const find = ({ id }: Record<string, unknown>) => ({ id });
  return { Book: find, Film: find, Song: find };
}

describe('an interface that only one subgraph gives objects by', () => {
  it('is left to that subgraph, and what others add is asked on the types', () => {
    const { sdl, writtenOut } = reduceInterfaces(graph.supergraph.sdl);
    expect(/interface Node[^}]*}/.exec(sdl)?.[0]).toMatchInlineSnapshot(`
      "interface Node @join__type(graph: NODES) {
        id: ID!
        peer: Node
      }"
    `);
    expect(writtenOut).toEqual(
      new Map([['Node', { home: 'NODES', types: ['Book', 'Film', 'Song'], fields: new Set(['stock', 'place']) }]]),
    );
  });

  it('is answered as one schema would answer, in any operation', async () => {
    const { apiSchema } = graph.supergraph;
    const run = async (query: string) => {
      const { data, errors = [] } = await graph.run(query, { variables: VARIABLES });
      return JSON.stringify({ data, errors: errors.length });
    };
    const expected = (query: string) => {
      const { data } = executeSync({
        schema: apiSchema,
        document: parse(query),
        variableValues: VARIABLES,
        rootValue: {},
        fieldResolver: (source: Record<string, unknown>, args, _context, { fieldName }) =>
          resolve(fieldName)(source, args),
        typeResolver: (value) => (value as { __typename: string }).__typename,
      });
      return JSON.stringify({ data, errors: 0 });
    };
    const isValid = (query: string) =>
      validate(apiSchema, parse(query)).length === 0 && !differsByType(checkOperation(query));
    await fc.assert(
      fc.asyncProperty(anyOperation(apiSchema).filter(isValid), async (query) => {
        expect(await run(query)).toBe(expected(query));
      }),
      { numRuns: 300 },
    );
    for (const query of [
      '{ nodes { stock peer { id place(of: 3) peer { stock } } } }',
      '{ any { ... on Node { id stock peer { ... on Named { name } stock } } ... on Film { name } } }',
      '{ book { ... on Node { stock ... on Named { name } } } nodes { ... on Named { ... on Node { stock } name } } }',
      '{ nodes { a: stock b: place(of: 1) ...F } } fragment F on Node { stock peer { ...G } } fragment G on Node { stock }',
    ])
      expect(await run(query)).toBe(expected(query));
  });

  it.each([
    ['another subgraph gives objects by it', nodes, `${stocks} type Query { first: Node }`],
    [
      'another subgraph gives its objects by a union',
      nodes,
      `${stocks} union Some = Book | Film type Query { some: Some }`,
    ],
    [
      'what others add has selections of its own',
      nodes,
      `${stocks.replaceAll('stock: Int', 'stock: Int  shop: Shop')} type Shop { name: String }`,
    ],
  ])('is left as it is where %s', (_, first, second) => {
    const { supergraph } = testGraph({ nodes: { sdl: first }, stocks: { sdl: second } });
    expect(reduceInterfaces(supergraph.sdl)).toEqual({ sdl: supergraph.sdl, writtenOut: new Map() });
  });
});
