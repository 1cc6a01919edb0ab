import { describe, expect, it } from 'vitest';
import { readVariables } from '../../src/document/read-variables.ts';
import { apiSchema, documents, refusal } from './request-fixture.ts';

function variables(declarations: string, use: string, raw: unknown): Record<string, unknown> {
  return readVariables(documents().read(`query (${declarations}) { users(${use}) { id } }`, undefined), apiSchema, raw);
}

const filter = (raw: unknown) => variables('$filter: Filter', 'filter: $filter', raw);

it('fills in defaults of variables and input fields as they are sent on', () => {
  const read = variables(
    '$filter: Filter, $size: Size = SMALL, $first: Int = 3',
    'filter: $filter, size: $size, first: $first',
    {
      filter: { and: [{ name: null }] },
    },
  );
  expect(JSON.parse(JSON.stringify(read))).toEqual({
    filter: { name: 'any', size: 'LARGE', and: [{ name: null, size: 'LARGE' }] },
    size: 'SMALL',
    first: 3,
  });
});

it('keeps null and absence apart', () => {
  const read = (raw: unknown) => variables('$first: Int = 3, $size: Size', 'first: $first, size: $size', raw);
  expect({ ...read({ first: null, size: null }) }).toEqual({ first: null, size: null });
  expect({ ...read({}) }).toEqual({ first: 3 });
  expect({ ...read(undefined) }).toEqual({ first: 3 });
  expect({ ...read(null) }).toEqual({ first: 3 });
});

it('makes single values lists and integer IDs strings', () => {
  expect(variables('$ids: [ID!]', 'ids: $ids', { ids: 7 })['ids']).toEqual(['7']);
});

it('sends custom scalars on as they came', () => {
  expect(variables('$at: DateTime', 'at: $at', { at: '2026-01-02T03:04:05Z' })['at']).toBe('2026-01-02T03:04:05Z');
  expect(variables('$at: DateTime', 'at: $at', { at: { seconds: [1] } })['at']).toEqual({ seconds: [1] });
});

it('ignores variables that the operation does not declare', () => {
  expect({ ...variables('$first: Int', 'first: $first', { first: 1, other: 2 }) }).toEqual({ first: 1 });
});

describe('refuses with BAD_USER_INPUT', () => {
  it('a value of the wrong type, with its variable and path', () => {
    expect(refusal(() => filter({ filter: { and: [{ name: 'a' }, { name: 5 }] } }))).toEqual([
      'BAD_USER_INPUT | Variable "$filter" has invalid value at .and[1].name: String cannot represent a non string value: 5 | 1:8',
    ]);
    expect(refusal(() => filter({ filter: { size: 'HUGE' } }))).toEqual([
      'BAD_USER_INPUT | Variable "$filter" has invalid value at .size: Value "HUGE" does not exist in "Size" enum. | 1:8',
    ]);
  });

  it('a required variable that is missing', () => {
    expect(refusal(() => variables('$ids: [ID!]!', 'ids: $ids', {}))[0]).toMatch(
      /^BAD_USER_INPUT \| Variable "\$ids" has invalid value/,
    );
  });

  it('an input field that does not exist, without telling those that do', () => {
    const [message] = refusal(() => filter({ filter: { nam: 'a' } }));
    expect(message).toMatch(/^BAD_USER_INPUT .*"nam"/);
    expect(message).not.toContain('Did you mean');
  });

  it('several fields of a @oneOf input', () => {
    expect(refusal(() => filter({ filter: { by: { id: '1', name: 'a' } } }))[0]).toMatch(/^BAD_USER_INPUT .*\.by/);
  });

  it('all wrong variables at once', () => {
    expect(
      refusal(() => variables('$first: Int, $size: Size', 'first: $first, size: $size', { first: 'x', size: 'y' })),
    ).toHaveLength(2);
  });

  it('variables that are no object', () => {
    expect(refusal(() => filter([1]))).toEqual([
      'BAD_USER_INPUT | Expected "variables" to be an object, but found a list.',
    ]);
    expect(refusal(() => filter('x'))).toEqual([
      'BAD_USER_INPUT | Expected "variables" to be an object, but found a string.',
    ]);
  });

  it('values nested deeper than can be read', () => {
    const nested = (levels: number): object => {
      let value: object = {};
      for (let level = 0; level < levels; level++) value = { and: value };
      return value;
    };
    const refused = ['BAD_USER_INPUT | The variables are nested too deeply: at most 200 levels can be read.'];
    expect(refusal(() => filter({ filter: nested(198) }))).toEqual([]);
    expect(refusal(() => filter({ filter: nested(199) }))).toEqual(refused);
    expect(refusal(() => filter({ filter: nested(50_000) }))).toEqual(refused);
  });

  it('more values than can be read', () => {
    const ids = (count: number) =>
      variables('$ids: [ID!]', 'ids: $ids', { ids: Array.from({ length: count }, () => 'a') });
    expect(ids(24_998)['ids']).toHaveLength(24_998);
    expect(refusal(() => ids(24_999))).toEqual([
      'BAD_USER_INPUT | The variables hold too much: at most 25000 values can be read.',
    ]);
  });

  it('a huge value, without echoing all of it', () => {
    const [message] = refusal(() => variables('$size: Size', 'size: $size', { size: 'x'.repeat(1_000_000) }));
    expect(message?.length).toBeLessThan(700);
  });
});

it('leaves prototypes alone', () => {
  const hostile: unknown = JSON.parse(
    '{ "at": { "__proto__": { "polluted": true } }, "__proto__": { "first": 1 }, "constructor": 1 }',
  );
  const read = variables('$at: DateTime, $first: Int', 'at: $at, first: $first', hostile);
  expect(Object.keys(read)).toEqual(['at']);
  expect(Object.getPrototypeOf(read)).toBeNull();
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(refusal(() => filter(JSON.parse('{ "filter": { "__proto__": { "name": "a" } } }')))[0]).toMatch(
    /^BAD_USER_INPUT .*__proto__/,
  );
});
