import { expect, it } from 'vitest';
import { read } from './reading.ts';

const problemsOf = (entity: string) => read(`type Query { p: P @rest(GET: "/p") } type P ${entity}`).problems;

it.each([
  ['in the path', '@key(fields: "a b") @rest(GET: "/p/{a}/{b}") { a: ID! b: ID! n: Int }'],
  ['in the body', '@key(fields: "a b") @rest(POST: "/p", body: "{ a: this.a, b: this.b }") { a: ID! b: ID! n: Int }'],
  ['in a message without more words', '@key(fields: "a b") @function(name: "p") { a: ID! b: ID! n: Int }'],
  [
    'as a list of keys',
    '@key(fields: "a b") @function(name: "p", payload: "keys", batch: { match: "a b" }) { a: ID! b: ID! n: Int }',
  ],
  [
    'by another whole key',
    '@key(fields: "a b") @key(fields: "a", resolvable: false) @rest(GET: "/p/{a}") { a: ID! b: ID! n: Int }',
  ],
  [
    'with more than it is matched by, which is a whole key',
    '@key(fields: "a", resolvable: false) @key(fields: "b", resolvable: false) { a: ID! b: ID! n: Int @rest(GET: "/p?a={a}&b={b}", batch: { match: "a" }) }',
  ],
])('takes a call that carries the key %s', (_, entity) => {
  expect(problemsOf(entity)).toEqual([]);
});

it.each([
  ['@key(fields: "id") @rest(GET: "/p") { id: ID! n: Int }', 'Put a field of the key into the path: {id}.'],
  ['@key(fields: "r { id } n") @rest(GET: "/p") { r: R n: Int m: Int } type R { id: ID! }', '{this.r.id}, {n}.'],
  ['@key(fields: "id") @rest(POST: "/p", body: "{ a: `1` }") { id: ID! n: Int }', '{id}.'],
  ['@key(fields: "id") @function(name: "p", payload: "{ a: claims.sub }") { id: ID! n: Int }', 'this.id.'],
  [
    '@key(fields: "id", resolvable: false) { id: ID! n: Int @function(name: "p", payload: "{ a: claims.sub }", batch: { match: "id" }) }',
    'this.id, or `keys`.',
  ],
])('refuses a call by key without a key: %s', (entity, remedy) => {
  expect(problemsOf(entity)).toEqual([expect.stringContaining('the call does not carry the key')]);
  expect(problemsOf(entity)[0]).toContain(remedy);
});

it('refuses answers that are matched by a part of what was asked for', () => {
  expect(
    problemsOf('@key(fields: "a b") @rest(GET: "/p?a={a}&b={b}", batch: { match: "a" }) { a: ID! b: ID! n: Int }'),
  ).toEqual([
    'shop.graphql:1:65  BATCH_INVALID  P is asked for by "a" and "b", but its answers are matched by "a" alone: those that differ in "b" would get each other\'s.\n' +
      '    Match by all of it: match: "a b".',
  ]);
});

it('hints at an entity that is fetched by a part of its key', () => {
  expect(problemsOf('@key(fields: "a b") @rest(GET: "/p/{a}") { a: ID! b: ID! n: Int }')).toEqual([
    'shop.graphql:1:65  hint KEY_NOT_WHOLE  P is fetched by "a", a part of its key "a b": those that differ in "b" get the same answer.\n' +
      '    Send "b" too, or make "a" a key: @key(fields: "a").',
  ]);
});

it('knows the fields of each key in `keys`, where there is a batch', () => {
  const entity = (payload: string, batch: string) =>
    `@key(fields: "id") @function(name: "p", payload: "${payload}" ${batch}) { id: ID! n: Int }`;
  expect(problemsOf(entity('keys[].idd', ', batch: { match: "id" }'))).toEqual([
    expect.stringContaining(
      'has a payload that reads "idd", which a key of the batch does not have.\n    Did you mean "id"?',
    ),
  ]);
  expect(problemsOf(entity('{ id: this.id, all: keys }', ''))).toEqual([
    expect.stringContaining('reads "keys", which a request does not have'),
  ]);
});
