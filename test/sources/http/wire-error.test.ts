import { describe, expect, it } from 'vitest';
import { toWireError } from '../../../src/sources/http/wire-error.ts';
import { WireFault } from '../../../src/sources/http/wire-fault.ts';

describe('what an operator is told of a fault on the wire', () => {
  it.each([
    [
      new WireFault('connect', 'The service could not be reached.', { cause: new Error('connect ECONNREFUSED') }),
      'The service could not be reached. (connect ECONNREFUSED)',
    ],
    [new WireFault('idle', 'The body stood still.'), 'The body stood still.'],
    [Object.assign(new Error('read'), { code: 'ECONNRESET' }), 'ECONNRESET: read'],
    [new TypeError('odd'), 'TypeError: odd'],
  ])('%s', (fault, detail) => {
    expect(toWireError(fault, 'catalog').detail).toBe(detail);
  });
});
