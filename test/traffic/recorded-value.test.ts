import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { fromRecorded, toRecorded } from '../../src/traffic/recorded-value.ts';

const again = (value: unknown) => fromRecorded(JSON.parse(JSON.stringify(toRecorded(value))));

describe('a recorded value', () => {
  it('is the same when it is read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/password|secret|token|key|authorization|cookie|credential/i.test(text));
        expect(again(value)).toEqual(JSON.parse(text)); // JSON has no -0
      }),
    );
    const rest = { big: 2n ** 70n, bytes: Buffer.from([0, 255]), none: Symbol.for('not found') };
    expect(again(rest)).toEqual(rest);
    expect(again(undefined)).toBeUndefined();
  });

  it('keeps an error with all that matters of it', () => {
    const error = new GatewayError('FORBIDDEN', 'no', {
      path: ['a', 0],
      detail: 'why',
      retry: 'not-sent',
      service: 's',
    });
    const [read] = again([error]) as GatewayError[];
    expect(read).toBeInstanceOf(GatewayError);
    expect(read).toMatchObject({ code: 'FORBIDDEN', message: 'no', path: ['a', 0], detail: 'why', retry: 'not-sent' });
  });

  it('holds no secret, by its name or its form', () => {
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
    const value = {
      password: 'p',
      newPassword: 'q',
      'x-api-key': 'k',
      access_token: 't',
      list: [{ clientSecret: 's' }],
      cookie: ['c'],
      said: `Bearer abc`,
      signed: jwt,
      told: `You sent {"auth":"Bearer abcdefgh"} and ${jwt}.`,
      nextToken: 'page 2',
      tokenCount: 5,
      name: 'Ada',
    };
    expect(toRecorded(value)).toEqual({
      password: '[redacted]',
      newPassword: '[redacted]',
      'x-api-key': '[redacted]',
      access_token: '[redacted]',
      list: [{ clientSecret: '[redacted]' }],
      cookie: ['[redacted]'],
      said: '[redacted]',
      signed: '[redacted]',
      told: 'You sent {"auth":"[redacted]"} and [redacted].',
      nextToken: 'page 2',
      tokenCount: 5,
      name: 'Ada',
    });
  });

  it('has one text for equal objects', () => {
    expect(JSON.stringify(toRecorded({ b: 1, a: { d: 1, c: undefined } }))).toBe('{"a":{"d":1},"b":1}');
  });

  it('reaches no prototype', () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}}') as object;
    expect(Object.keys(again(value) as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  });
});
