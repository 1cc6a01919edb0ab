import { describe, expect, it } from 'vitest';
import { compileHeaderTemplate } from '../../src/subgraph/header-template.ts';

const expand = (text: string, values: Record<string, unknown>) =>
  compileHeaderTemplate(text).expand((variable) => values[variable]);

describe('a header', () => {
  it('is its text with the values in it', () => {
    expect(expand('Bearer {claims.token}; {args.n}', { 'claims.token': 'abc', 'args.n': 5 })).toBe('Bearer abc; 5');
    expect(expand('fixed', {})).toBe('fixed');
  });

  it('is empty, to be left out, when a value is missing', () => {
    expect(expand('Bearer {claims.token}', {})).toBe('');
    expect(expand('Bearer {claims.token}', { 'claims.token': '' })).toBe('');
  });

  it.each(['a\r\nx-admin: 1', 'a\nb', 'a\u0000', { a: 1 }, ['a']])('refuses the value %j', (value) => {
    expect(() => expand('{args.x}', { 'args.x': value })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  it('refuses text with a line break when it is compiled', () => {
    expect(() => compileHeaderTemplate('a\r\nb')).toThrow('no line breaks');
    expect(() => compileHeaderTemplate('{a')).toThrow('no partner');
  });
});
