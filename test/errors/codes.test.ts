import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES, isErrorCode } from '../../src/errors/codes.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (.+?) \| (.+?) \| (.*?) \|$/gm)];

describe('error codes', () => {
  it('stand in docs/errors.md, each with its status, when it comes and what to do, and no other', () => {
    const documented = Object.fromEntries(rows.map(([, code, status, when]) => [code, { status, when }]));
    const real = Object.entries(CODES).map(([code, { status, when }]) => [
      code,
      { status: status === 200 ? 'at a path' : String(status), when },
    ]);
    expect(documented).toEqual(Object.fromEntries(real));
    expect(rows.filter(([, , , , remedy]) => remedy === '')).toEqual([]);
  });

  it('are known by isErrorCode, and names of prototypes are not', () => {
    expect(Object.keys(CODES).every(isErrorCode)).toBe(true);
    expect(['constructor', '__proto__', 'toString', '', undefined, 7].some(isErrorCode)).toBe(false);
  });
});
