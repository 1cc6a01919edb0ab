import { expect, it } from 'vitest';
import { printForm } from '../../../src/sources/bound/form-body.ts';

it('writes lists under one name, objects in brackets, and leaves out null', () => {
  const form = printForm({
    name: 'a&b=c ü',
    tags: ['x', 'y'],
    none: null,
    address: { city: 'Wien', lines: ['1', '2'] },
    items: [{ sku: 'A', qty: 2 }, { sku: 'B' }],
    ok: true,
  });
  expect([...new URLSearchParams(form)]).toEqual([
    ['name', 'a&b=c ü'],
    ['tags', 'x'],
    ['tags', 'y'],
    ['address[city]', 'Wien'],
    ['address[lines]', '1'],
    ['address[lines]', '2'],
    ['items[0][sku]', 'A'],
    ['items[0][qty]', '2'],
    ['items[1][sku]', 'B'],
    ['ok', 'true'],
  ]);
});

it('is empty for null, and refuses what is no object', () => {
  expect(printForm(null)).toBe('');
  expect(() => printForm(['a'])).toThrow('it must be an object');
});
