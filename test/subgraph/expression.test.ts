import fc from 'fast-check';
import jmespath from 'jmespath';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/subgraph/expression.ts';

const evaluate = (text: string, input: unknown) => compileExpression(text).expression.evaluate(input);

const answer = {
  data: { items: [{ sku: 'a', price: { amount: 5 } }, { sku: 'b', price: { amount: 7 } }, { sku: 'c' }] },
  tags: { x: 1, y: 2 },
  empty: [],
  zero: 0,
  name: 'Loom',
};

describe('an expression', () => {
  it.each([
    ['data.items[0].price.amount', 5],
    ['data.nothing.here', null],
    ['name.length', null],
    ['data.items[-1].sku', 'c'],
    ['data.items[5]', null],
    ['data.items[1:].sku', ['b', 'c']],
    ['data.items[::-1].sku', ['c', 'b', 'a']],
    ['data.items[*].price.amount', [5, 7]],
    ['data.items[?price.amount > `5`].sku', ['b']],
    ['data.items[].{ id: sku, cents: price.amount } | [0]', { id: 'a', cents: 5 }],
    ['tags.*', [1, 2]],
    ['[name, zero]', ['Loom', 0]],
    ['empty || name', 'Loom'],
    ['zero || name', 0],
    ['name && zero', 0],
    ['!empty', true],
    ["name == 'Loom'", true],
    ["name > 'A'", null],
    ['sort_by(data.items, &sku)[-1].sku', 'c'],
    ['max_by(data.items[:2], &price.amount).sku', 'b'],
    ['map(&sku, data.items)', ['a', 'b', 'c']],
    ["join('-', data.items[].sku)", 'a-b-c'],
    ['length(data.items)', 3],
    ['not_null(missing, name)', 'Loom'],
  ])('gives for %s what the specification says', (text, expected) => {
    expect(evaluate(text, answer)).toEqual(expected);
  });

  it('gives null for an input that is not there', () => {
    expect(evaluate('{ id: maker_id }', undefined)).toBeNull();
    expect(evaluate('a.b', 'text')).toBeNull();
  });

  it('gives what the library gives, for any path and projection over any JSON', () => {
    const texts = [
      'a',
      'a.b',
      'a[0]',
      'a[*].b',
      'a[].b',
      'a.*',
      '{ x: a, y: b.a }',
      '[a, b]',
      'a || b',
      'a && b',
      'a[?b].a',
      'a[1:]',
      'a == b',
      '!a',
    ];
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, 0, 1, '', 'x', true, false),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('object'),
      ),
      object: fc.dictionary(fc.constantFrom('a', 'b'), tie('value'), { noNullPrototype: true }),
    })).object;
    fc.assert(
      fc.property(fc.constantFrom(...texts), json, (text, input) => {
        expect(evaluate(text, input)).toEqual(jmespath.search(input, text));
      }),
    );
  });

  it('reads own properties only, in every kind of place', () => {
    const polluted: unknown = JSON.parse('{ "__proto__": { "own": 1 }, "list": [{}] }');
    expect(evaluate('"__proto__".own', polluted)).toBe(1);
    for (const name of ['constructor', 'toString', '"__proto__"', 'hasOwnProperty', 'prototype']) {
      expect(evaluate(name, {})).toBeNull();
      expect(evaluate(`list[0].${name}`, polluted)).toBeNull();
      expect(evaluate(`{ x: ${name} }`, {})).toEqual({ x: null });
      expect(evaluate(`not_null(${name}, 'none')`, {})).toBe('none');
    }
    expect(evaluate('map(&constructor, list)', polluted)).toEqual([null]);
    expect(evaluate('sort_by(list, &not_null(toString, `1`))', polluted)).toEqual([{}]);
  });

  it('throws when a function is given what it does not take', () => {
    expect(() => evaluate('length(zero)', answer)).toThrow('length() expected argument 1');
    expect(() => evaluate('map(&a, name)', answer)).toThrow('map() expected argument 2');
  });

  it.each([
    ['a.', 'something is missing'],
    ['a..b', 'something is missing'],
    ['', 'Invalid token'],
    ['a b', 'Unexpected token'],
    ['foo-bar', 'Unexpected token'],
    ['a = b', 'incomplete'],
    ['nope(a)', 'Unknown function'],
    ['length()', 'takes 1 argument'],
    ['sort_by(a, b)', 'an expression that begins with "&"'],
    ['&a', '"&" stands only'],
    ['a[::0]', 'step of a slice'],
    ['{ "__proto__": a }', '__proto__'],
    [`${'('.repeat(20_000)}a`, 'nested too deeply'],
  ])('refuses %s when it is compiled', (text, message) => {
    expect(() => compileExpression(text)).toThrow(message);
  });
});
