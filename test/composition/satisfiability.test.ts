import { describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../src/composition/compose-supergraph.ts';
import { soundSubgraphs } from './fixtures/read-subgraphs.ts';

type Sdls = Readonly<Record<string, string>>;

function problemsOf(sdls: Sdls) {
  const composition = composeSupergraph(soundSubgraphs(sdls));
  return composition.kind === 'failed' ? composition.problems : [];
}

const explain = (sdls: Sdls) =>
  problemsOf(sdls).map(({ code, coordinate, message, remedy }) => {
    expect(code).toBe('SATISFIABILITY_ERROR');
    return `${coordinate}\n${message}\n${remedy}`;
  });

const user = 'type Query { me: User } type User @key(fields: "id") { id: ID! }';

describe('a field that cannot be reached', () => {
  it('is shown in a query, with the key that is missing and the edits that mend it', () => {
    const orders = (type: string) => `type Query { last: User } ${type}`;
    const accounts = 'type Query { me: User } type User { id: ID! @shareable }';
    const wrong = { accounts, orders: orders('type User { id: ID! @shareable  total: Int }') };
    expect(explain(wrong)).toEqual([
      'User.total\n' +
        'The query { me { total } } cannot be answered: "accounts" has no field "User.total"; "orders" has "User.total", ' +
        'and no way leads there from "accounts": "User" has no @key in "orders" that it resolves.\n' +
        'In "orders", write: type User @key(fields: "id") { … }\n' +
        '    or: In "accounts", write: type User { total: Int @shareable … }, and mark it @shareable in "orders".',
    ]);
    const keyed = orders('type User @key(fields: "id") { id: ID! @shareable  total: Int }');
    expect(problemsOf({ accounts, orders: keyed })).toEqual([]);
    const resolved = accounts.replace('@shareable', '@shareable  total: Int @shareable');
    const shared = orders('type User { id: ID! @shareable  total: Int @shareable }');
    expect(problemsOf({ accounts: resolved, orders: shared })).toEqual([]);
  });

  it('is shown where a field leads back to Mutation', () => {
    const adding = (type: string) => `type Query { n: Int } type Mutation { add: Added } type Added { then: ${type} }`;
    const removing = 'type Mutation { remove: Int }';
    expect(explain({ adding: adding('Mutation'), removing })).toEqual([
      'Mutation.remove\n' +
        'The query mutation { add { then { remove } } } cannot be answered: "adding" has no field "Mutation.remove"; ' +
        '"removing" has "Mutation.remove", which can be asked for at the root of an operation alone: ' +
        'only there do mutations follow one another.\n' +
        'In "adding", take off the fields of type Mutation, or make them lead to Query.',
    ]);
    expect(problemsOf({ adding: adding('Query'), removing })).toEqual([]);
  });

  it('is shown with the fields of a key that the subgraph before it lacks', () => {
    const loyalty = 'type User @key(fields: "card") { card: ID!  points: Int }';
    const [, points] = explain({ accounts: user, loyalty });
    expect(points).toBe(
      'User.points\n' +
        'The query { me { points } } cannot be answered: "accounts" has no field "User.points"; ' +
        '"loyalty" needs the key "card" of "User", which cannot be got from "accounts".\n' +
        'In "accounts", write: type User @key(fields: "card") { card: ID! … }\n' +
        '    or: In "loyalty", write: type User @key(fields: "id") { id: ID! … }',
    );
    const first = user.replace('{ id: ID! }', '@key(fields: "card") { id: ID!  card: ID! }');
    expect(problemsOf({ accounts: first, loyalty })).toEqual([]);
    const second = 'type User @key(fields: "card") @key(fields: "id") { card: ID!  id: ID!  points: Int }';
    expect(problemsOf({ accounts: user, loyalty: second })).toEqual([]);
  });

  it('is shown with the key that another subgraph does not resolve', () => {
    const loyalty = 'type User @key(fields: "id", resolvable: false) { id: ID!  points: Int }';
    const [points] = explain({ accounts: user, loyalty });
    expect(points).toContain(
      '\nIn "loyalty", take `resolvable: false` off @key(fields: "id", resolvable: false) of User, and resolve it there.',
    );
  });

  it('is shown with the way to what it requires', () => {
    const shipping =
      'type User @key(fields: "id") { id: ID!  weight: Int @external  cost: Int @requires(fields: "weight") }';
    const scales = 'type Query { heaviest: User } type User { id: ID! @shareable  weight: Int }';
    const found = explain({ accounts: user.replace('{ id: ID! }', '{ id: ID! @shareable }'), scales, shipping });
    expect(found[0]).toBe(
      'User.cost\n' +
        'The query { heaviest { cost } } cannot be answered: "scales" has no field "User.cost"; "shipping" has "User.cost", ' +
        'and what that @requires cannot be got.\n' +
        'In "scales", write: type User @key(fields: "id") { … }',
    );
  });

  it('is shown where no subgraph knows the types behind an interface object', () => {
    const a = 'type Query { node: Node } type Node @interfaceObject @key(fields: "id") { id: ID!  x: Int }';
    const b =
      'interface Node @key(fields: "id", resolvable: false) { id: ID! } type A implements Node @key(fields: "id", resolvable: false) { id: ID!  y: Int }';
    expect(explain({ a, b })).toEqual([
      'Node\n' +
        'The query { node { ... on A { ... } } } cannot be answered: "a" has "Node" as an @interfaceObject, and no ' +
        'subgraph can be asked which type an object of it is.\n' +
        'In "b", take `resolvable: false` off @key(fields: "id", resolvable: false) of Node, and resolve it there.',
    ]);
  });

  it('is shown with all that requires itself in a circle', () => {
    const a =
      'type Query { t: T } type T @key(fields: "id") { id: ID!  y: Int @external  x: Int @requires(fields: "y") }';
    const b = 'type T @key(fields: "id") { id: ID!  x: Int @external  y: Int @requires(fields: "x") }';
    expect(explain({ a, b }).map((text) => text.split('\n').slice(0, 2).join(': '))).toEqual([
      'T.x: "T.x" @requires "T.y", and in the end itself: no order of fetches gives it.',
      'T.y: "T.y" @requires "T.x", and in the end itself: no order of fetches gives it.',
    ]);
  });
});
