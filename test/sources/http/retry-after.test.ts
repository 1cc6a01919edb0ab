import { expect, it } from 'vitest';
import { readRetryAfter } from '../../../src/sources/http/retry-after.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

it.each([
  ['0', 0],
  ['120', 120_000],
  ['Thu, 01 Jan 2026 00:00:03 GMT', 3000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
])('reads %j as %i ms', (value, milliseconds) => {
  expect(readRetryAfter(value, now)).toBe(milliseconds);
});

it.each([undefined, '', 'soon', '-1', '1.5', '99999999999', 'Thu, nonsense'])('makes nothing of %j', (value) => {
  expect(readRetryAfter(value, now)).toBeUndefined();
});
