import fc from 'fast-check';
import { buildSchema, NoFragmentCyclesRule, OverlappingFieldsCanBeMergedRule, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { overlappingFields } from '../../src/document/overlapping-fields.ts';
import { anyDocument, anyDocumentSdl } from './any-document.ts';

const schema = buildSchema(anyDocumentSdl);

function check(text: string, visit: () => void = () => {}): string[] {
  return validate(schema, parse(text), [overlappingFields(visit)]).map(
    ({ message, locations }) => `${message.split('. ')[0]} | ${locations?.map(({ column }) => column).join(', ')}`,
  );
}

it('finds conflicts where graphql-js does, comparing all pairs', () => {
  fc.assert(
    fc.property(anyDocument, (text) => {
      const document = parse(text);
      fc.pre(validate(schema, document, [NoFragmentCyclesRule]).length === 0);
      const expected = validate(schema, document, [OverlappingFieldsCanBeMergedRule]).length > 0;
      // graphql-js compares the fields of fragments that no operation reaches, too.
      if (check(text).length > 0) expect(expected).toBe(true);
      else if (usesEveryFragment(text)) expect(expected).toBe(false);
    }),
    { numRuns: 500 },
  );
});

function usesEveryFragment(text: string): boolean {
  const reached = new Set<string>();
  const queue = [text.slice(0, text.indexOf('fragment'))];
  const bodies = new Map(
    [...text.matchAll(/fragment (\w+) on \w+ (.*?)(?= fragment|$)/g)].map(([, name = '', body = '']) => [name, body]),
  );
  for (const body of queue) {
    for (const [, name = ''] of body.matchAll(/\.\.\.(\w+)/g)) {
      if (reached.has(name)) continue;
      reached.add(name);
      queue.push(bodies.get(name) ?? '');
    }
  }
  return reached.size === bodies.size;
}

it('refuses different fields and arguments under one response key', () => {
  expect(check('{ me { id: name id } }')).toEqual([
    'Fields "id" conflict because "name" and "id" are different fields | 8, 17',
  ]);
  expect(check('{ me { age(in: 1) ...F } } fragment F on User { age(in: 2) }')).toEqual([
    'Fields "age" conflict because they have differing arguments | 8, 49',
  ]);
  expect(check('{ me { age(in: 1) age(in: 1) best { id } best { id: name } } }')).toHaveLength(1);
});

it('lets objects of different types differ, in all but the shape', () => {
  expect(check('{ pets { ... on Dog { x: id } ... on Cat { x: age } } }')).toEqual([
    'Fields "x" conflict because they return conflicting types "ID" and "Int" | 23, 44',
  ]);
  expect(check('{ named { ... on User { x: id } ... on Cat { x: id } } }')).toEqual([]);
  expect(check('{ named { ... on User { x: age(in: 1) } ... on Cat { x: age(in: 2) } } }')).toEqual([]);
  expect(check('{ named { ... on User { x: age(in: 1) } x: age(in: 2) } }')).toHaveLength(1);
  expect(check('{ pets { ... on Dog { owner { id } } ... on Cat { owner { id } } } }')).toHaveLength(1);
});

it('compares the fields below fields that exclude each other by their shape only', () => {
  expect(check('{ named { ... on User { best { x: name } } ... on Cat { best { x: name } } } }')).toEqual([]);
  expect(check('{ named { ... on User { best { x: name } } ... on Cat { best { x: id } } } }')).toHaveLength(1);
});

it('takes the order of arguments and input fields for nothing', () => {
  const withInput = buildSchema('type Query { a(x: In, y: Int): Int } input In { p: [Int], q: String }');
  const conflicts = (first: string, other: string) =>
    validate(withInput, parse(`{ a(${first}) a(${other}) }`), [overlappingFields(() => {})]).length;
  expect(conflicts('x: { p: [1, 2], q: "s" }, y: 1', 'y: 1, x: { q: "s", p: [1, 2] }')).toBe(0);
  expect(conflicts('x: { p: [1, 2] }', 'x: { p: [2, 1] }')).toBe(1);
  expect(conflicts('x: null', 'x: { q: null }')).toBe(1);
  expect(conflicts('y: 1', 'y: $y')).toBe(1);
});

it('looks at repeated fields a bounded number of times', () => {
  const looks = (count: number): number => {
    let seen = 0;
    expect(check(`{ me { ${'best { id } '.repeat(count)} } }`, () => seen++)).toEqual([]);
    return seen;
  };
  expect(looks(200) / looks(100)).toBeCloseTo(2, 1);
});
