import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { createDocuments } from '../../src/document/documents.ts';
import { readCosts } from '../../src/document/read-costs.ts';
import { readVariables } from '../../src/document/read-variables.ts';
import { refusal } from './request-fixture.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])';

const types = `
  type Query {
    me: User
    users(first: Int, last: Int): [User!]! @listSize(slicingArguments: ["first", "last"])
    top(first: Int = 4): [User!]! @listSize(slicingArguments: ["first"])
    some(first: Int, last: Int): [User!]!
      @listSize(slicingArguments: ["first", "last"], assumedSize: 7, requireOneSlicingArgument: false)
    page(first: Int): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes"])
    plain: [User!]!
    any: [Any!]! @listSize(assumedSize: 2)
    nodes: [Node!]! @listSize(assumedSize: 2)
    find(by: Filter, days: Int @cost(weight: 3)): User
  }
  type User implements Node {
    id: ID!
    name: String
    report: String @cost(weight: 5)
    friends: [User!]! @listSize(assumedSize: 10)
    picture: Picture
    dear: Dear
  }
  type Page { nodes: [User!]!  pages: [User!]!  total: Int }
  type Dear implements Node @cost(weight: 20) { id: ID!  report: String @cost(weight: 30) }
  scalar Picture @cost(weight: 2)
  interface Node { id: ID!  report: String }
  union Any = User | Dear
  input Filter @cost(weight: 2) { name: String  and: [Filter!]  slow: Boolean @cost(weight: 50) }
`;

const directives = `
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR | INPUT_OBJECT
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

const apiSchema = buildSchema(`${directives} ${types}`);
const costs = readCosts(`${link} ${types}`);

/** What an operation may cost: the least limit it is not refused under. */
function costOf(text: string, variables?: unknown): number {
  const { read, checkVariables } = createDocuments({
    apiSchema,
    costs,
    introspection: true,
    suggestions: false,
    limits: { ...DEFAULT_LIMITS, cost: -1 },
  });
  const [refused] = refusal(() => {
    const operation = read(text, undefined);
    checkVariables(operation, readVariables(operation, apiSchema, variables));
  });
  return Number(/^OPERATION_TOO_COSTLY .* but found ([\d.]+)\. /.exec(refused ?? '')?.[1] ?? Number.NaN);
}

function refusedUnder(limit: number, text: string, variables?: unknown): string[] {
  const { read, checkVariables } = createDocuments({
    apiSchema,
    costs,
    introspection: true,
    suggestions: false,
    limits: { ...DEFAULT_LIMITS, cost: limit },
  });
  return refusal(() => {
    const operation = read(text, undefined);
    checkVariables(operation, readVariables(operation, apiSchema, variables));
  });
}

describe('what an operation costs', () => {
  it('is 1 for what has fields and 0 for leaves, and what @cost says', () => {
    expect(costOf('{ me { id name } }')).toBe(1);
    expect(costOf('{ me { report } }')).toBe(1 + 5);
    expect(costOf('{ me { picture } }')).toBe(1 + 2);
    expect(costOf('{ me { dear { id } } }')).toBe(1 + 20);
    expect(costOf('{ __typename }')).toBe(0);
    expect(costOf('{ __schema { types { name } } }')).toBe(0);
  });

  it('counts a list without @listSize as one, and others as often as they may be long', () => {
    expect(costOf('{ plain { id } }')).toBe(1);
    expect(costOf('{ me { friends { report } } }')).toBe(1 + 10 * (1 + 5));
    expect(costOf('{ me { friends { friends { id } } } }')).toBe(1 + 10 * (1 + 10));
  });

  it('takes the length from slicing arguments, their defaults, or the assumed size', () => {
    expect(costOf('{ users(first: 50) { id } }')).toBe(50);
    expect(costOf('{ users(last: 60) { friends { id } } }')).toBe(60 * 11);
    expect(costOf('{ top { id } }')).toBe(4);
    expect(costOf('{ top(first: 9) { id } }')).toBe(9);
    expect(costOf('{ some { id } }')).toBe(7);
    expect(costOf('{ some(first: 3, last: 30) { id } }')).toBe(30);
    expect(costOf('{ users(first: -5) { friends { id } } }')).toBe(0);
  });

  it('gives the length to sized fields', () => {
    expect(costOf('{ page(first: 8) { total nodes { report } } }')).toBe(1 + 8 * (1 + 5));
    expect(costOf('{ page(first: 8) { pages { report } } }')).toBe(1 + 6);
    expect(costOf('{ page(first: 8) { n: nodes { friends { id } } } }')).toBe(1 + 8 * 11);
  });

  it('follows variables', () => {
    const users = 'query ($n: Int) { me { report } users(first: $n) { friends { id } } }';
    expect(costOf(users, { n: 6 })).toBe(6 + 6 * 11);
    expect(costOf(users, { n: 0 })).toBe(6);
    expect(costOf('query ($n: Int = 5) { users(first: $n) { id } }')).toBe(5);
    expect(costOf('query ($n: Int) { some(first: $n) { id } }', { n: null })).toBe(7);
    expect(costOf('query ($n: Int) { page(first: $n) { nodes { id } } }', { n: 11 })).toBe(12);
  });

  it('counts arguments and input objects', () => {
    expect(costOf('{ find(days: 1) { id } }')).toBe(1 + 3);
    expect(costOf('{ find(by: { name: "a", and: [{ name: "b" }, { slow: true }] }) { id } }')).toBe(1 + 3 * 2 + 50);
    expect(costOf('query ($by: Filter) { find(by: $by) { id } }', { by: { and: { slow: true } } })).toBe(
      1 + 2 * 2 + 50,
    );
    expect(costOf('query ($s: Boolean) { find(by: { slow: $s }) { id } }', { s: false })).toBe(1 + 2 + 50);
  });

  it('counts a field once under one response key, through fragments', () => {
    const fragment = 'fragment F on User { friends { report } }';
    expect(costOf(`{ me { ...F ...F friends { report } } me { ... { friends { id } } } } ${fragment}`)).toBe(1 + 60);
    expect(costOf(`{ me { ...F other: friends { report } } } ${fragment}`)).toBe(1 + 120);
  });

  it('counts the dearest of the types that exclude each other', () => {
    expect(costOf('{ any { ... on User { report } ... on Dear { report } } }')).toBe(2 * (20 + 30));
    expect(costOf('{ any { ... on User { friends { id } report } ... on Dear { id } } }')).toBe(2 * (20 + 15));
  });

  it('takes the largest of the weights that an interface can have', () => {
    expect(costOf('{ nodes { report } }')).toBe(2 * (20 + 30));
  });
});

describe('the limit', () => {
  it('lets pass what costs as much, and refuses what costs more', () => {
    expect(refusedUnder(50, '{ users(first: 50) { id } }')).toEqual([]);
    expect(refusedUnder(49, '{ users(first: 50) { id } }')).toEqual([
      "OPERATION_TOO_COSTLY | Expected at most 49 of cost, but found 50. Ask for fewer items, or for less of each. The limit is the gateway's setting limits.cost.",
    ]);
  });

  it('holds for each request where the cost depends on variables', () => {
    const text = 'query ($n: Int) { users(first: $n) { id } }';
    expect(refusedUnder(50, text, { n: 50 })).toEqual([]);
    expect(refusedUnder(50, text, { n: 51 })[0]).toMatch(/^OPERATION_TOO_COSTLY .* found 51\./);
  });

  it('is 5000 by default', () => {
    const { read } = createDocuments({ apiSchema, costs, introspection: true, suggestions: false });
    expect(refusal(() => read('{ users(first: 5000) { id } }', undefined))).toEqual([]);
    expect(refusal(() => read('{ users(first: 5001) { id } }', undefined))).toHaveLength(1);
  });

  it('of one operation does not refuse another one of its document', () => {
    const { read } = createDocuments({ apiSchema, costs, introspection: true, suggestions: false });
    const text = 'query A { users(first: 9999) { id } } query B { me { id } }';
    expect(refusal(() => read(text, 'A'))).toHaveLength(1);
    expect(refusal(() => read(text, 'B'))).toEqual([]);
  });
});

it('wants exactly one slicing argument where @listSize says so', () => {
  expect(refusedUnder(50, '{ users { id } }')).toEqual([
    'GRAPHQL_VALIDATION_FAILED | "Query.users" needs exactly one of the arguments "first", "last", which say how long its list may be, but found none.',
  ]);
  expect(refusedUnder(50, '{ users(first: 1, last: 1) { id } }')[0]).toContain('but found "first", "last".');
  expect(refusedUnder(50, '{ users(first: null, last: 1) { id } }')).toEqual([]);
});

describe('a supergraph', () => {
  const sdl = (imports: string, cost: string, listSize: string) => `
    schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/cost/v0.1"${imports}) { query: Query }
    type Query { a: [Int] @${cost}(weight: 3) @${listSize}(assumedSize: 2, sizedFields: "b") }`;

  it('is read by the names that it gives the directives', () => {
    const read = {
      weights: new Map([['Query.a', 3]]),
      listSizes: new Map([
        ['Query.a', { assumedSize: 2, slicingArguments: [], sizedFields: ['b'], requireOneSlicingArgument: true }],
      ]),
    };
    expect(readCosts(sdl(', import: ["@cost", "@listSize"]', 'cost', 'listSize'))).toEqual(read);
    expect(readCosts(sdl(', import: [{ name: "@cost", as: "@price" }]', 'price', 'cost__listSize'))).toEqual(read);
    expect(readCosts(sdl(', as: "ibm"', 'ibm', 'ibm__listSize'))).toEqual(read);
  });

  it('without the cost specification has no costs, whatever its directives are called', () => {
    expect(readCosts('type Query { a: Int @cost(weight: 3) }').weights.size).toBe(0);
  });
});
