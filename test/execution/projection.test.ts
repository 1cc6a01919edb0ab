import type { FieldNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { FetchAnswer } from '../../src/model/source.ts';
import { briefly, testGraph } from './test-graph.ts';
import { shop } from './shop.ts';

const sdl = `
  type Query { a: A  need: A!  list: [A!]  lists: [[Int!]]  node: Node  any: Any  json: JSON  f: Float  s: String  b: Boolean  i: Int  id: ID  e: E  es: [E] }
  type A { n: Int!  o: Int  a: A  list: [A!]! }
  interface Node { id: ID! }
  type X implements Node { id: ID!  x: Int }
  type Y { y: Int }
  union Any = X | Y
  enum E { ONE TWO }
  scalar JSON`;

const answering = (data: unknown, errors?: FetchAnswer['errors']) =>
  testGraph({ s: { sdl, intercept: () => ({ data: data as FetchAnswer['data'], errors }) } });

describe('null propagation', () => {
  it('stops at the nearest nullable field', async () => {
    const { data, errors } = await answering({ a: { a: { n: null, o: 1 } } }).run('{ a { a { n o } } }');
    expect(data).toEqual({ a: { a: null } });
    expect(briefly(errors)).toEqual(['UPSTREAM_BAD_RESPONSE a.a.n s']);
    expect(errors?.[0]?.message).toBe('Cannot return null for non-nullable field A.n.');
  });

  it('takes a whole list of non-null items', async () => {
    const { data, errors } = await answering({ list: [{ n: 1 }, null, { n: 2 }] }).run('{ list { n } }');
    expect(data).toEqual({ list: null });
    expect(briefly(errors)).toEqual(['UPSTREAM_BAD_RESPONSE list.1 s']);
  });

  it('stops at a nullable item of a list', async () => {
    const { data, errors } = await answering({ lists: [[1, null], [2]] }).run('{ lists }');
    expect(data).toEqual({ lists: [null, [2]] });
    expect(briefly(errors)).toEqual(['UPSTREAM_BAD_RESPONSE lists.0.1 s']);
  });

  it('reaches the root', async () => {
    const { data, errors } = await answering({ need: null, i: 1 }).run('{ i need { n } }');
    expect(data).toBeNull();
    expect(briefly(errors)).toEqual(['UPSTREAM_BAD_RESPONSE need s']);
  });
});

describe('leaves', () => {
  it('are coerced as the specification says', async () => {
    const { run } = answering({ f: 1.5, s: 5, b: true, i: 3, id: 7, e: 'ONE', es: ['TWO', null], json: { a: [1] } });
    expect(await run('{ f s b i id e es json }')).toEqual({
      data: { f: 1.5, s: '5', b: true, i: 3, id: '7', e: 'ONE', es: ['TWO', null], json: { a: [1] } },
    });
  });

  it('that cannot be are null with an error', async () => {
    const { run } = answering({ f: 'x', s: {}, b: 'yes', i: 2 ** 31, id: [], e: 'THREE', es: ['ONE', 'HIDDEN'] });
    const { data, errors } = await run('{ f s b i id e es }');
    expect(data).toEqual({ f: null, s: null, b: null, i: null, id: null, e: null, es: ['ONE', null] });
    expect(briefly(errors)).toEqual(
      ['f', 's', 'b', 'i', 'id', 'e', 'es.1'].map((path) => `UPSTREAM_BAD_RESPONSE ${path} s`),
    );
    expect(JSON.stringify(errors?.map(({ message }) => message))).not.toContain('HIDDEN');
  });
});

describe('a custom scalar’s value', () => {
  const nested = (depth: number): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { inner: value };
    return value;
  };

  it('may be nested a thousand levels deep', async () => {
    const json = nested(1000);
    expect(await answering({ json, i: 1 }).run('{ json i }')).toEqual({ data: { json, i: 1 } });
  });

  it.each([1001, 100_000])('is an error at its path where it is %i deep', async (depth) => {
    const { data, errors } = await answering({ json: nested(depth), i: 1 }).run('{ i json }');
    expect(data).toEqual({ i: 1, json: null });
    expect(briefly(errors)).toEqual(['UPSTREAM_BAD_RESPONSE json s']);
    expect(errors?.[0]?.message).toBe('The value is nested more than 1000 levels deep.');
  });
});

it('sums up a value that is wrong in many items of a list', async () => {
  const { errors } = await answering({ es: Array.from({ length: 1000 }, () => 'HIDDEN') }).run('{ es }');
  expect(briefly(errors)).toEqual([
    ...[0, 1, 2, 3].map((index) => `UPSTREAM_BAD_RESPONSE es.${index} s`),
    'UPSTREAM_BAD_RESPONSE es s',
  ]);
  expect(errors?.at(-1)?.extensions).toEqual({ places: 996 });
});

describe('an answer of the wrong shape', () => {
  it.each([
    ['an object where a list is due', { list: { n: 1 } }, '{ list { n } }', { list: null }, 'list'],
    ['a list where an object is due', { a: [{ n: 1 }] }, '{ a { n } }', { a: null }, 'a'],
    ['text where an object is due', { a: 'x' }, '{ a { n } }', { a: null }, 'a'],
    [
      'a type that the position cannot have',
      { node: { __typename: 'Y', id: '1' } },
      '{ node { id __typename } }',
      { node: null },
      'node',
    ],
    ['a type that nobody knows', { any: { __typename: 'Z' } }, '{ any { __typename } }', { any: null }, 'any'],
    ['a field that is left out', { a: {} }, '{ a { o } }', { a: { o: null } }, 'a.o'],
    ['a root field that is left out', {}, '{ i }', { i: null }, 'i'],
    ['text instead of data', 'x', '{ i }', { i: null }, 'i'],
  ])('is null with an error: %s', async (_, answer, query, data, path) => {
    const result = await answering(answer).run(query);
    expect(result.data).toEqual(data);
    expect(briefly(result.errors)).toEqual([`UPSTREAM_BAD_RESPONSE ${path} s`]);
  });
});

describe('the client’s selection', () => {
  it('gives the order of fields, fragments included', async () => {
    const { data } = await answering({ i: 1, s: 'x', b: true }).run(
      'query ($no: Boolean = false) { ...F b s @include(if: $no) x: __typename i } fragment F on Query { i @skip(if: $no) s }',
    );
    expect(JSON.stringify(data)).toBe('{"i":1,"s":"x","b":true,"x":"Query"}');
  });

  it.each([
    [true, false, { b: true, s: 'x' }],
    [true, true, { b: true }],
    [false, false, { b: true }],
    [false, true, { b: true }],
  ])('holds a field under both @include(%s) and @skip(%s)', async (yes, no, expected) => {
    const { run } = answering({ s: 'x', b: true });
    const { data } = await run('query ($yes: Boolean!, $no: Boolean!) { b s @include(if: $yes) @skip(if: $no) }', {
      variables: { yes, no },
    });
    expect(data).toEqual(expected);
  });

  it('takes fragments by the object’s own type', async () => {
    const { run } = answering({ any: { __typename: 'Y', y: 1 }, node: { __typename: 'X', id: '1', x: 2 } });
    const { data } = await run('{ any { ... on X { x } ... on Y { y } } node { id __typename ... on X { x } } }');
    expect(data).toEqual({ any: { y: 1 }, node: { id: '1', __typename: 'X', x: 2 } });
  });

  it('may have names that objects inherit', async () => {
    const { run } = testGraph({ s: { sdl, resolvers: { Query: { i: () => 1, a: () => ({ o: 2 }) } } } });
    const { data } = await run('{ __proto__: i constructor: a { __proto__: o toString: o } }');
    expect(Object.entries(data ?? {})).toEqual([
      ['__proto__', 1],
      ['constructor', JSON.parse('{"__proto__":2,"toString":2}')],
    ]);
    expect(JSON.stringify(data)).toBe('{"__proto__":1,"constructor":{"__proto__":2,"toString":2}}');
  });

  it('is not polluted by what a service sends', async () => {
    const { run } = answering(JSON.parse('{"a":{"__proto__":{"polluted":1},"o":1},"__proto__":{"polluted":1}}'));
    expect(await run('{ a { o } }')).toEqual({ data: { a: { o: 1 } } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('what the gateway answers itself', () => {
  it('is introspection, in order among other fields', async () => {
    const { run, calls } = answering({ i: 1 });
    const { data } = await run(
      'query ($n: String!) { kind: __type(name: $n) { kind } i ...I __typename } fragment I on Query { __schema { queryType { name } } }',
      {
        variables: { n: 'A' },
      },
    );
    expect(JSON.stringify(data)).toBe(
      '{"kind":{"kind":"OBJECT"},"i":1,"__schema":{"queryType":{"name":"Query"}},"__typename":"Query"}',
    );
    expect(calls).toEqual(['s: {i}']);
  });

  it('needs no fetch', async () => {
    const { run, calls } = shop();
    expect(await run('{ __typename me: __type(name: "User") { name } }')).toEqual({
      data: { __typename: 'Query', me: { name: 'User' } },
    });
    expect(calls).toEqual([]);
  });
});

describe('denied fields', () => {
  const denied = (...names: string[]) => ({
    denied: (field: { name: { value: string } }) => (names.includes(field.name.value) ? 'Not for you.' : undefined),
  });

  it('are shown where the same field may be seen through another selection', async () => {
    const throughAlias = (field: FieldNode) => (field.alias === undefined ? undefined : 'Not for you.');
    const { data, errors } = await shop().run('{ me { id name name: name } }', { denied: throughAlias });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ me: { id: '1', name: 'n1' } });
  });

  it('are null with an error at each place, and not fetched', async () => {
    const { run, calls } = shop();
    const { data, errors } = await run('{ maybe { id n: nick reviews { text } } }', denied('nick'));
    expect(data).toEqual({
      maybe: [{ id: '1', n: null, reviews: [{ text: 't1' }] }, null, { id: '2', n: null, reviews: [{ text: 't2' }] }],
    });
    expect(briefly(errors)).toEqual(['UNAUTHORIZED_FIELD maybe.0.n -', 'UNAUTHORIZED_FIELD maybe.2.n -']);
    expect(calls.join()).not.toContain('nick');
  });

  it('have a hundred errors in a list, and one for all the rest', async () => {
    const { run } = answering({ list: Array.from({ length: 1000 }, (_, n) => ({ n })) });
    const { data, errors = [] } = await run('{ list { n o } }', denied('o'));
    expect((data as { list: object[] }).list[999]).toEqual({ n: 999, o: null });
    expect(errors).toHaveLength(101);
    expect(briefly(errors).slice(98)).toEqual([
      'UNAUTHORIZED_FIELD list.98.o -',
      'UNAUTHORIZED_FIELD list.99.o -',
      'UNAUTHORIZED_FIELD list -',
    ]);
    expect(errors[100]?.extensions).toMatchObject({ places: 900 });
  });

  it('bubble where they are non-null', async () => {
    const { data, errors } = await shop().run('{ me { name } }', denied('name'));
    expect(data).toEqual({ me: null });
    expect(briefly(errors)).toEqual(['UNAUTHORIZED_FIELD me.name -']);
  });

  it('may be all there is', async () => {
    const { run, calls } = shop();
    const { data, errors } = await run('{ me { name } }', denied('me'));
    expect(data).toEqual({ me: null });
    expect(briefly(errors)).toEqual(['UNAUTHORIZED_FIELD me -']);
    expect(calls.join()).not.toContain('me');
  });
});
