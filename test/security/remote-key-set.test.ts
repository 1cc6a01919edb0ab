import { MockAgent } from 'undici';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import { createAuthenticator } from '../../src/security/authenticator.ts';
import { createSharedKeySets } from '../../src/security/shared-key-sets.ts';
import { AUDIENCE, ISSUER, keySetText, nowSeconds, outcome, recordingLog, signingKey, token } from './token-fixture.ts';
import type { SigningKey } from './token-fixture.ts';

const ORIGIN = 'https://issuer.example';
const KNOWN = { kind: 'authenticated' };
const UNKNOWN_KEY = 'UNAUTHENTICATED: The token is signed with a key that is not known here.';
const UNAVAILABLE = 'AUTHENTICATION_UNAVAILABLE: Tokens cannot be checked now. Try again later.';

beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }),
);
afterEach(() => void vi.useRealTimers());

const auth: Config['auth'] = {
  jwt: [{ issuer: ISSUER, audience: [AUDIENCE], algorithms: ['ES256'], jwks: `${ORIGIN}/jwks` }],
};

type Answer = { readonly status?: number; readonly body: string; readonly delayMs?: number };

/** Each fetch takes the next answer; the last one stays. */
async function authenticator(...answers: readonly Answer[]) {
  const { log, lines } = recordingLog();
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  let fetches = 0;
  dispatcher
    .get(ORIGIN)
    .intercept({ path: '/jwks' })
    .reply(() => {
      const { status = 200, body } = answers[Math.min(fetches++, answers.length - 1)] ?? { body: '' };
      return { statusCode: status, data: body };
    })
    .persist();
  const subject = createAuthenticator(auth, createSharedKeySets({ log, dispatcher }));
  await subject.start();
  const send = async (key: SigningKey) => {
    const text = await token(key);
    return outcome(
      (async () => subject.authenticate((name) => (name === 'authorization' ? `Bearer ${text}` : null)))(),
    );
  };
  return { send, subject, lines, fetches: () => fetches };
}

it('fetches keys once for many tokens', async () => {
  const key = await signingKey('a');
  const { send, fetches } = await authenticator({ body: keySetText(key) });
  expect(await Promise.all([send(key), send(key), send(key)])).toMatchObject([KNOWN, KNOWN, KNOWN]);
  expect(await send(key)).toMatchObject(KNOWN);
  expect(fetches()).toBe(1);
});

it('fetches again for a key it does not know, at most every 30 s', async () => {
  const [old, rotated, forged] = [await signingKey('a'), await signingKey('b'), await signingKey('c')];
  const { send, fetches } = await authenticator({ body: keySetText(old) }, { body: keySetText(old, rotated) });
  expect(await send(old)).toMatchObject(KNOWN);
  expect(await send(rotated)).toBe(UNKNOWN_KEY);
  vi.advanceTimersByTime(30_000);
  expect(await Promise.all([send(rotated), send(rotated)])).toMatchObject([KNOWN, KNOWN]);
  expect(fetches()).toBe(2);
  expect(await send(forged)).toBe(UNKNOWN_KEY);
  expect(await send(forged)).toBe(UNKNOWN_KEY);
  expect(fetches()).toBe(2);
});

it('refreshes every ten minutes, so that a key that was taken back is refused', async () => {
  const [old, next] = [await signingKey('a'), await signingKey('b')];
  const { send, fetches } = await authenticator({ body: keySetText(old) }, { body: keySetText(next) });
  expect(await send(old)).toMatchObject(KNOWN);
  vi.advanceTimersByTime(600_000);
  await vi.waitFor(() => expect(fetches()).toBe(2));
  expect(await send(next)).toMatchObject(KNOWN);
  expect(await send(old)).toBe(UNKNOWN_KEY);
});

it.each<[string, Answer]>([
  ['an error status', { status: 500, body: 'down' }],
  ['a redirect', { status: 302, body: '' }],
  ['no JSON', { body: '<html>' }],
  ['no key set', { body: '{"keys":"none"}' }],
  ['a megabyte', { body: `${' '.repeat(1_000_001)}{"keys":[]}` }],
])('keeps the last good keys when the issuer answers with %s', async (_, bad) => {
  const key = await signingKey('a');
  const { send, lines, fetches } = await authenticator({ body: keySetText(key) }, bad);
  expect(await send(key)).toMatchObject(KNOWN);
  vi.advanceTimersByTime(600_000);
  await vi.waitFor(() => expect(lines).toEqual(['warn The key set cannot be fetched.']));
  expect(fetches()).toBe(2);
  expect(await send(key)).toMatchObject(KNOWN);
});

it('says that tokens cannot be checked while there are no keys, and asks again each second', async () => {
  const key = await signingKey('a');
  const { send, fetches } = await authenticator(
    { status: 503, body: '' },
    { status: 503, body: '' },
    { body: keySetText(key) },
  );
  expect(await send(key)).toBe(UNAVAILABLE);
  expect(await send(key)).toBe(UNAVAILABLE);
  expect(fetches()).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(await send(key)).toBe(UNAVAILABLE);
  vi.advanceTimersByTime(1000);
  expect(await send(key)).toMatchObject(KNOWN);
});

it('still knows who sends no token while there are no keys', async () => {
  const { subject } = await authenticator({ status: 503, body: '' });
  expect(await subject.authenticate(() => null)).toEqual({ kind: 'anonymous' });
});

it('gives up on an issuer that does not answer in five seconds', async () => {
  const { log, lines } = recordingLog();
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  dispatcher.get(ORIGIN).intercept({ path: '/jwks' }).reply(200, '{"keys":[]}').delay(3_600_000);
  const subject = createAuthenticator(auth, createSharedKeySets({ log, dispatcher }));
  await subject.start();
  const text = await token(await signingKey('a'));
  const answer = outcome((async () => subject.authenticate(() => `Bearer ${text}`))());
  await vi.advanceTimersByTimeAsync(5000);
  expect(await answer).toBe(UNAVAILABLE);
  expect(lines).toEqual(['warn The key set cannot be fetched.']);
});

it('leaves no timer behind when closed', async () => {
  const key = await signingKey('a');
  const { send, subject, fetches, lines } = await authenticator({ body: keySetText(key) });
  expect(await send(key)).toMatchObject(KNOWN);
  await subject.close();
  vi.advanceTimersByTime(6_000_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(fetches()).toBe(1);
  expect(lines).toEqual([]);
});

it('verifies tokens anew once the keys are others, and not where they are the same', async () => {
  const [key, next] = [await signingKey('a'), await signingKey('b')];
  const { subject, fetches } = await authenticator(
    { body: keySetText(key) },
    { body: keySetText(key) },
    { body: keySetText(next) },
  );
  const text = await token(key, { exp: nowSeconds() + 7200 });
  const send = () => outcome((async () => subject.authenticate(() => `Bearer ${text}`))());
  const claimsOf = (caller: unknown) => (caller as { readonly claims: unknown }).claims;
  const claims = claimsOf(await send());
  const refreshed = async (count: number) => {
    await vi.advanceTimersByTimeAsync(600_000);
    await vi.waitFor(() => expect(fetches()).toBe(count));
  };
  await refreshed(2);
  expect(claimsOf(await send())).toBe(claims);
  await refreshed(3);
  await vi.waitFor(async () => expect(await send()).toBe(UNKNOWN_KEY));
});
