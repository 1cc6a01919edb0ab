import { parse, print } from 'graphql';
import { expect, it } from 'vitest';
import { settleConditions } from '../../../src/sources/local/settle-conditions.ts';
import { stitchServices } from './plain-services.ts';

const service = {
  sdl: 'type Query { me: User } type User { name: String  age: Int }',
  root: { me: { name: 'Ada', age: 36 } },
};

it.each([
  [true, { age: 36, name: 'Ada' }],
  [false, { age: 36, name: 'Ada' }],
])('asks stitched services for a field under either of two conditions: %s', async (yes, me) => {
  const { query } = await stitchServices(service.sdl, { users: service });
  const text =
    'query ($yes: Boolean!) { me { ...A ... @include(if: $yes) { name } } } fragment A on User { age name @skip(if: $yes) }';
  const { data, errors } = await query(text, { yes });
  expect({ data: JSON.parse(JSON.stringify(data)) as unknown, errors }).toEqual({ data: { me }, errors: undefined });
});

const document = parse(`query ($a: Boolean!, $b: Boolean) {
  one @include(if: $a)
  two @skip(if: $b) @include(if: true) { three @skip(if: true) }
  ...F @skip(if: $a)
}
fragment F on Query { four @include(if: $b) }`);

it.each([
  [{ a: true, b: false }, 'one two { __typename }', '{ __typename }'],
  [{ a: false }, 'two { __typename } ...F', '{ __typename }'],
  [{ a: false, b: true }, '...F', '{ four }'],
  [{ a: true, b: true }, 'one', '{ four }'],
])('is, for %o, a document without conditions', (variables, selected, fragment) => {
  const settled = print(settleConditions(document)(variables)).replaceAll(/\s+/g, ' ');
  expect(settled).toBe(`query ($a: Boolean!, $b: Boolean) { ${selected} } fragment F on Query ${fragment}`);
});

it('leaves a document without conditions as it is, and makes one only once for the same conditions', () => {
  const plain = parse('{ one }');
  expect(settleConditions(plain)({})).toBe(plain);
  const settle = settleConditions(document);
  expect(settle({ a: true, b: false })).toBe(settle({ a: true }));
});
