import { describe, expect, it } from 'vitest';
import { compileTopicTemplate } from '../../src/subgraph/topic-template.ts';

const compile = (text: string, wildcards = false) => compileTopicTemplate(text, { wildcards });

describe('a topic', () => {
  it('takes arguments as segments or parts of them', () => {
    const topic = compile('orders.{id}.shipped-{n}');
    expect(topic.variables).toEqual(['id', 'n']);
    expect(topic.expand((variable) => (variable === 'id' ? 'o-1' : 7))).toBe('orders.o-1.shipped-7');
  });

  it.each(['a.b', 'a/b', '*', '>', 'a+', '#', 'a b', 'a\tb', 'a\u0000b', '', null, undefined, ['a'], { a: 1 }, 1.5])(
    'refuses the value %j',
    (value) => {
      expect(() => compile('orders.{id}').expand(() => value)).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT' }),
      );
    },
  );

  it('takes wildcards in a subscription alone', () => {
    expect(compile('orders.*.>', true).expand(() => null)).toBe('orders.*.>');
    expect(() => compile('orders.*')).toThrow('only in the topic of a subscription');
  });

  it.each([
    ['orders.>.x', 'last segment'],
    ['orders.a*', 'whole segment'],
    ['orders..x', 'must not be empty'],
    ['.orders', 'must not be empty'],
    ['', 'must not be empty'],
    ['orders/x', 'parted by dots'],
    ['orders x', 'white space'],
    ['orders.{', 'no partner'],
    ['orders.{a.b}', 'is not a name'],
  ])('refuses %s when it is compiled', (text, message) => {
    expect(() => compile(text, true)).toThrow(message);
  });
});
