import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { toRecordedCall } from '../../src/traffic/recorded-call.ts';

describe('a recorded call', () => {
  it('holds no secret that stands in its text', () => {
    const { name } = toRecordedCall(
      'mutation($x: String = "hunter1") { login(name: "ada", password: "hunter2", more: { secret: ["hunter3"] }, old: $x) { id } set(password: $x, header: "Bearer hunter4") }',
    );
    expect(name).not.toContain('hunter');
    expect(name.match(/\[redacted\]/g)).toHaveLength(4);
    expect(name).toContain('"ada"');
  });

  it('holds no secret under the name of a variable or an alias', () => {
    const text =
      'mutation($a: String!, $b: In!, $c: String) { one: login(password: $a, in: { apiKey: [$b] }, c: $c) { t: accessToken id } }';
    const { name, toRecorded } = toRecordedCall(text);
    expect(name).toBe(text);
    expect(toRecorded({ a: 'hunter2', b: 'hunter3', c: 'kept' })).toEqual({
      a: '[redacted]',
      b: '[redacted]',
      c: 'kept',
    });
    expect(toRecorded({ data: { one: { t: 'opaque', id: '1' } } })).toEqual({
      data: { one: { t: '[redacted]', id: '1' } },
    });
  });

  it('holds no token that a service repeats in its error', () => {
    const { toRecorded } = toRecordedCall('Query.product');
    const error = new GatewayError('UPSTREAM_ERROR', 'Failed.', {
      detail: 'HTTP 500: cannot read "Bearer abcdefgh1": no',
    });
    expect(toRecorded(error)).toMatchObject({ detail: 'HTTP 500: cannot read "[redacted]": no' });
  });

  it('is named as before where there is nothing to hide, or no operation', () => {
    for (const text of ['Query.product', '{  a(b: 1)  }', '{ no operation', 'GET /a{b}'])
      expect(toRecordedCall(text).name).toBe(text);
  });
});
