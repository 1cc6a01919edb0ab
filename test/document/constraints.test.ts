import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { RequestErrors } from '../../src/errors/request-errors.ts';
import { readVariables } from '../../src/document/read-variables.ts';
import type { Constraint } from '../../src/model/constraint.ts';
import { documents, refusal } from './request-fixture.ts';

const apiSchema = buildSchema(`
  type Query { list(limit: Int, tags: [String!], filter: Filter): Int  node: Node  pet: Pet }
  interface Node { named(as: String): Int }
  type Cat implements Node { named(as: String): Int  meow(times: Int): Int }
  type Dog implements Node { named(as: String): Int }
  union Pet = Cat | Dog
  input Filter { name: String  and: [Filter!]  price: Price }
  input Price { cents: Int }
`);

const constraints = new Map<string, readonly Constraint[]>([
  ['Query.list(limit:)', [{ min: 1 }, { max: 100 }]],
  ['Query.list(tags:)', [{ maxItems: 2, pattern: '^[a-z]+$' }]],
  ['Filter.name', [{ maxLength: 3 }]],
  ['Price.cents', [{ min: 0 }]],
  ['Cat.named(as:)', [{ minLength: 2 }]],
  ['Cat.meow(times:)', [{ max: 9 }]],
]);

function check(query: string, variables: Readonly<Record<string, unknown>> = {}): string[] {
  const read = documents({ apiSchema, constraints });
  return refusal(() => {
    const operation = read.read(query, undefined);
    read.checkVariables(operation, readVariables(operation, apiSchema, variables));
  });
}

describe('a constraint', () => {
  it('refuses what is written in a document, with its place', () => {
    expect(check('{ list(limit: 101) }')).toEqual(['BAD_USER_INPUT | "Query.list(limit:)" is more than 100. | 1:8']);
    expect(check('{ a: list(limit: 0) b: list(limit: 1, tags: ["ok", "No"]) }')).toEqual([
      'BAD_USER_INPUT | "Query.list(limit:)" is less than 1. | 1:11',
      'BAD_USER_INPUT | "Query.list(tags:)[1]" does not match ^[a-z]+$. | 1:39',
    ]);
  });

  it('takes an ID as a number for its text, and keeps all digits of a long integer', () => {
    const read = documents({
      apiSchema: buildSchema('type Query { a(id: ID, long: Long): Int } scalar Long'),
      constraints: new Map<string, readonly Constraint[]>([
        ['Query.a(id:)', [{ pattern: '^[0-9]{1,3}$' }]],
        ['Query.a(long:)', [{ max: 9007199254740992 }]],
      ]),
    });
    const refusals = (query: string) => refusal(() => read.read(query, undefined));
    expect(refusals('{ a(id: 5, long: 9007199254740992) }')).toEqual([]);
    expect(refusals('{ a(id: 5555) b: a(long: 9007199254740993) }')).toEqual([
      'BAD_USER_INPUT | "Query.a(id:)" does not match ^[0-9]{1,3}$. | 1:5',
      'BAD_USER_INPUT | "Query.a(long:)" is more than 9007199254740992. | 1:20',
    ]);
  });

  it('refuses variables by their path, also where an object or list around them is written out', () => {
    const query =
      'query ($f: Filter, $n: String, $t: [String!], $i: Int) { list(filter: $f, tags: $t) b: list(filter: { and: [{ name: $n }], price: { cents: $i } }) }';
    expect(check(query, { f: { and: [{ name: 'abc' }, { price: { cents: -1 } }] } })).toEqual([
      'BAD_USER_INPUT | "$f.and[1].price.cents" is less than 0. | 1:63',
    ]);
    expect(check(query, { n: 'abcd', t: 'x' })).toEqual(['BAD_USER_INPUT | "$n" is longer than 3 characters. | 1:93']);
    expect(check(query, { t: ['a', 'b', 'c'], i: -5 })).toEqual([
      'BAD_USER_INPUT | "$t" has 3 items, of at most 2. | 1:75',
      'BAD_USER_INPUT | "$i" is less than 0. | 1:93',
    ]);
  });

  it('tells programs the argument, the path and the rule', () => {
    const read = documents({ apiSchema, constraints });
    const operation = read.read('query ($f: Filter) { list(filter: $f) }', undefined);
    try {
      read.checkVariables(operation, { f: { name: 'abcd' } });
      expect.unreachable();
    } catch (error) {
      expect((error as RequestErrors).errors[0]?.extensions).toEqual({
        argument: 'Query.list(filter:)',
        variable: 'f',
        variablePath: ['name'],
        constraint: 'maxLength',
      });
    }
  });

  it('lets pass what fits, what is null and what is not given', () => {
    const query = 'query ($f: Filter, $l: Int = 5) { list(filter: $f, limit: $l) }';
    for (const variables of [{}, { f: null, l: null }, { f: { name: 'abc', and: [] }, l: 100 }, { f: {} }])
      expect(check(query, variables)).toEqual([]);
  });

  it('holds for variables’ defaults', () => {
    expect(check('query ($l: Int = 500) { list(limit: $l) }')).toEqual([
      'BAD_USER_INPUT | "$l" is more than 100. | 1:30',
    ]);
  });

  it('cannot be passed by through an interface or a fragment', () => {
    expect(check('{ node { named(as: "x") } }')).toHaveLength(1);
    expect(check('{ pet { ... on Cat { named(as: "x") } ...D } } fragment D on Dog { named(as: "x") }')).toHaveLength(
      1,
    );
    expect(check('query ($t: Int) { pet { ...C } } fragment C on Cat { meow(times: $t) }', { t: 10 })).toHaveLength(1);
  });

  it('does not keep hostile values busy', () => {
    const query = 'query ($t: [String!]) { list(tags: $t) }';
    expect(check(query, { t: 'a'.repeat(1_900_000) })[0]).toContain('more text than can be held against a pattern');
  });
});
