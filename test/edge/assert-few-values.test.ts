import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertFewValues } from '../../src/edge/assert-few-values.ts';

const body = (variables: string) => `{"query":"{ a }","variables":${variables}}`;

describe('a body', () => {
  it.each([
    ['short, whatever it holds', '['.repeat(29_000)],
    ['long, in one string', JSON.stringify({ query: ',{['.repeat(50_000) })],
    [
      'long, in a string that ends with backslashes',
      `{"query":"${'\\\\'.repeat(20_000)}","a":"${',"'.replace('"', '\\"').repeat(20_000)}"}`,
    ],
    ['of many values', body(`[${Array(25_000).fill('"text"').join(',')}]`)],
  ])('is read: %s', (_, text) => {
    expect(() => assertFewValues(text)).not.toThrow();
  });

  it.each([
    ['numbers', body(`[${Array(31_000).fill('1').join(',')}]`)],
    ['empty objects', body(`[${Array(20_000).fill('{}').join(',')}]`)],
    ['lists in lists', body('['.repeat(31_000) + ']'.repeat(31_000))],
    ['names', body(`{${Array.from({ length: 31_000 }, (_, index) => `"n${index}":0`).join(',')}}`)],
    ['strings that end with backslashes', body(`[${Array(31_000).fill('"\\\\"').join(',')}]`)],
  ])('is refused with too many values: %s', (_, text) => {
    expect(() => assertFewValues(text)).toThrow('more than 30000 values');
  });

  it('is never refused for what stands in its strings', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', ',', '[', '{', 'x'), minLength: 1 }), (part) => {
        assertFewValues(JSON.stringify({ query: part.repeat(40_000) }));
      }),
      { numRuns: 50 },
    );
  });
});
