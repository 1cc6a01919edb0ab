import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { watchToken } from '../../src/gateway/watch-token.ts';
import type { Caller } from '../../src/model/request-context.ts';

const NOW_S = 1_800_000_000;
const MINUTE = 60_000;

const holder = (claims: object): Caller => ({
  kind: 'authenticated',
  claims: { sub: 'u1', exp: NOW_S + 60, ...claims },
  scopes: new Set(),
});

/** A token that is watched: what it is renewed by, one after the other, and what was said of it. */
function watched(caller: Caller, ...renewals: (Caller | GatewayError)[]) {
  const said: string[] = [];
  const stop = watchToken(
    caller,
    async () => {
      const next = renewals.shift() ?? new GatewayError('UNAUTHENTICATED', 'The token has expired.');
      if (next instanceof GatewayError) throw next;
      return { caller: next, accept: () => {} };
    },
    ({ code }) => said.push(code),
  );
  return { said, stop, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

describe('watchToken', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW_S * 1000 }));
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('says that a token has expired, a minute late', async () => {
    const { said, pass } = watched(holder({}));
    await pass(2 * MINUTE - 1);
    expect(said).toEqual([]);
    await pass(1);
    expect(said).toEqual(['UNAUTHENTICATED']);
  });

  it('goes by a newer token of the same caller', async () => {
    const { said, pass } = watched(holder({}), holder({ exp: NOW_S + 600, iat: NOW_S, jti: 'new' }));
    await pass(11 * MINUTE - 1);
    expect(said).toEqual([]);
    await pass(1);
    expect(said).toEqual(['UNAUTHENTICATED']);
  });

  it.each([
    ['of another caller', holder({ sub: 'u2', exp: NOW_S + 600 })],
    ['with other rights', holder({ scope: 'admin', exp: NOW_S + 600 })],
    ['of nobody', { kind: 'anonymous' } as const],
    ['that cannot be checked', new GatewayError('AUTHENTICATION_UNAVAILABLE', 'No keys.')],
  ])('does not go by a token %s', async (_, renewal) => {
    const { said, pass } = watched(holder({}), renewal);
    await pass(2 * MINUTE);
    expect(said).toEqual(['UNAUTHENTICATED']);
  });

  it('watches no anonymous caller, no token without end, and nothing once it is stopped', async () => {
    const quiet = [watched({ kind: 'anonymous' }), watched(holder({ exp: undefined })), watched(holder({}))];
    quiet[2]?.stop();
    await Promise.all(quiet.map(({ pass }) => pass(10 * MINUTE)));
    expect(quiet.flatMap(({ said }) => said)).toEqual([]);
  });

  it('waits for tokens that last longer than a timer can', async () => {
    const days = 60 * 24 * 3600;
    const { said, pass } = watched(holder({ exp: NOW_S + days }));
    await pass(days * 1000);
    expect(said).toEqual([]);
    await pass(MINUTE);
    expect(said).toEqual(['UNAUTHENTICATED']);
  });
});
