import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import { createAuthenticator } from '../../src/security/authenticator.ts';
import { createSharedKeySets } from '../../src/security/shared-key-sets.ts';
import { AUDIENCE, ISSUER, keySetText, nowSeconds, outcome, recordingLog, signingKey, token } from './token-fixture.ts';
import type { SigningKey } from './token-fixture.ts';

type Jwt = NonNullable<Config['auth']['jwt']>[number];

let folder: string;
let file: string;
let key: SigningKey;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvedge-'));
  file = join(folder, 'keys.json');
  key = await signingKey('k1');
  await writeFile(file, keySetText(key));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => void vi.useRealTimers());

async function authenticator(...jwt: Partial<Jwt>[]) {
  const { log, lines } = recordingLog();
  const complete = jwt.map((entry): Jwt => ({
    issuer: ISSUER,
    audience: [AUDIENCE],
    algorithms: ['ES256'],
    jwks: file,
    ...entry,
  }));
  const subject = createAuthenticator({ jwt: complete }, createSharedKeySets({ log }));
  await subject.start();
  const send = (authorization: string | null) =>
    outcome((async () => subject.authenticate((name) => (name === 'authorization' ? authorization : null)))());
  return { send, bearer: (text: string) => send(`Bearer ${text}`), lines };
}

it('takes a good token and gives its claims and scopes', async () => {
  const { bearer } = await authenticator({});
  const caller = await bearer(await token(key, { scope: 'read write', scp: ['admin'], tenant: 't1' }));
  expect(caller).toMatchObject({
    kind: 'authenticated',
    claims: { sub: 'u1', tenant: 't1' },
    scopes: new Set(['read', 'write', 'admin']),
  });
});

it('reads scopes only where they are text or lists of text', async () => {
  const { bearer } = await authenticator({});
  expect(await bearer(await token(key, { scope: { admin: true }, scp: 'a  b' }))).toMatchObject({
    scopes: new Set(['a', 'b']),
  });
  expect(await bearer(await token(key, { scope: ['x', 5] }))).toMatchObject({ scopes: new Set(['x']) });
});

it('takes a request without a token as anonymous', async () => {
  const { send } = await authenticator({});
  expect(await send(null)).toEqual({ kind: 'anonymous' });
});

it('ignores tokens where no issuer is configured', async () => {
  const { send } = await authenticator();
  expect(await send('Bearer nonsense')).toEqual({ kind: 'anonymous' });
});

it('knows the scheme in any case, and no other scheme', async () => {
  const { send } = await authenticator({});
  const good = await token(key);
  expect(await send(`bEaReR  ${good}`)).toMatchObject({ kind: 'authenticated' });
  const refused = 'UNAUTHENTICATED: Expected the header "Authorization" to be "Bearer" and one token.';
  for (const header of [
    '',
    'Bearer',
    `Basic ${good}`,
    good,
    `Bearer ${good}, Bearer ${good}`,
    `Bearer ${good} x`,
    'Bearer {}',
  ]) {
    expect(await send(header)).toBe(refused);
  }
});

describe('refuses', () => {
  const refusedFor = async (text: string | Promise<string>, jwt: Partial<Jwt> = {}) =>
    (await authenticator(jwt)).bearer(await text);

  it('what is no token', async () => {
    expect(await refusedFor('abc')).toBe('UNAUTHENTICATED: The token is malformed.');
    expect(await refusedFor('a.b.c')).toBe('UNAUTHENTICATED: The token is malformed.');
    expect(await refusedFor('a.b.c.d.e')).toBe('UNAUTHENTICATED: The token is malformed.');
    expect(await refusedFor(`${(await token(key)).split('.').slice(0, 2).join('.')}.`)).toMatch(/^UNAUTHENTICATED: /);
  });

  it('an expired token, with a leeway of a minute', async () => {
    expect(await refusedFor(token(key, { exp: nowSeconds() - 70 }))).toBe('UNAUTHENTICATED: The token has expired.');
    expect(await refusedFor(token(key, { exp: nowSeconds() - 30 }))).toMatchObject({ kind: 'authenticated' });
  });

  it('a token that never expires', async () => {
    expect(await refusedFor(token(key, { exp: undefined }))).toBe('UNAUTHENTICATED: The token has no "exp".');
    expect(await refusedFor(token(key, { exp: '2099' }))).toBe(`UNAUTHENTICATED: The token's "exp" is malformed.`);
  });

  it('a token that is not valid yet, with a leeway of a minute', async () => {
    expect(await refusedFor(token(key, { nbf: nowSeconds() + 70 }))).toBe(
      'UNAUTHENTICATED: The token is not valid yet.',
    );
    expect(await refusedFor(token(key, { nbf: nowSeconds() + 30 }))).toMatchObject({ kind: 'authenticated' });
  });

  it('another issuer, or none', async () => {
    const message = 'UNAUTHENTICATED: The token is of an issuer that is not accepted here.';
    expect(await refusedFor(token(key, { iss: 'https://evil.example' }))).toBe(message);
    expect(await refusedFor(token(key, { iss: undefined }))).toBe(message);
  });

  it('another audience, or none', async () => {
    expect(await refusedFor(token(key, { aud: ['other'] }))).toBe(
      'UNAUTHENTICATED: The token is meant for another audience.',
    );
    expect(await refusedFor(token(key, { aud: undefined }))).toBe('UNAUTHENTICATED: The token has no "aud".');
    expect(await refusedFor(token(key, { aud: ['other', AUDIENCE] }))).toMatchObject({ kind: 'authenticated' });
  });

  it('a forged signature', async () => {
    const forger = await signingKey('k1');
    expect(await refusedFor(token(forger))).toBe("UNAUTHENTICATED: The token's signature is wrong.");
    const [head, , signature] = (await token(key)).split('.');
    const [, body] = (await token(key, { sub: 'admin' })).split('.');
    expect(await refusedFor(`${head}.${body}.${signature}`)).toBe("UNAUTHENTICATED: The token's signature is wrong.");
  });

  it('a key that the issuer does not publish', async () => {
    expect(await refusedFor(token(await signingKey('k9')))).toBe(
      'UNAUTHENTICATED: The token is signed with a key that is not known here.',
    );
  });

  it('no signature, and the public key used as a secret', async () => {
    const message = 'UNAUTHENTICATED: The token is signed with an algorithm that is not accepted here.';
    const claims = { iss: ISSUER, aud: AUDIENCE, exp: nowSeconds() + 300 };
    expect(await refusedFor(new UnsecuredJWT(claims).encode())).toMatch(
      /^UNAUTHENTICATED: The token is (malformed|signed)/,
    );
    const secret = new TextEncoder().encode(JSON.stringify(key.jwk));
    expect(await refusedFor(new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret))).toBe(
      message,
    );
  });

  it('an algorithm that the config does not name, though the key is published', async () => {
    expect(await refusedFor(token(key), { algorithms: ['RS256'] })).toBe(
      'UNAUTHENTICATED: The token is signed with an algorithm that is not accepted here.',
    );
  });

  it('an extension that it does not know', async () => {
    const claims = { iss: ISSUER, aud: AUDIENCE, exp: nowSeconds() + 300 };
    const header = { alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 };
    const text = await new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey, { crit: { x: true } });
    expect(await refusedFor(text)).toBe('UNAUTHENTICATED: The token is signed in a way that is not supported.');
  });
});

it('refuses whatever else a client sends, and never fails', async () => {
  const { send } = await authenticator({});
  const part = fc.oneof(fc.json(), fc.string()).map((text) => Buffer.from(text).toString('base64url'));
  const claims = fc.constant(Buffer.from(JSON.stringify({ iss: ISSUER })).toString('base64url'));
  const tokens = fc.tuple(part, fc.oneof(part, claims), part).map((parts) => `Bearer ${parts.join('.')}`);
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), tokens), async (header) => {
      expect(await send(header)).toMatch(/^UNAUTHENTICATED: /);
    }),
  );
});

it('uses the keys of the issuer that the token names, and of no other', async () => {
  const other = await signingKey('k1');
  const otherFile = join(folder, 'other.json');
  await writeFile(otherFile, keySetText(other));
  const { bearer } = await authenticator({}, { issuer: 'https://other.example', jwks: otherFile });
  expect(await bearer(await token(other, { iss: 'https://other.example' }))).toMatchObject({ kind: 'authenticated' });
  expect(await bearer(await token(other))).toBe("UNAUTHENTICATED: The token's signature is wrong.");
});

describe('a file of keys', () => {
  it('that cannot be read, or holds no keys, is a problem at the start', async () => {
    await expect(authenticator({ jwks: join(folder, 'missing.json') })).rejects.toMatchObject({
      problems: [{ code: 'KEY_SET_UNREADABLE' }],
    });
    const empty = join(folder, 'empty.json');
    await writeFile(empty, '{ "kid": "k1" }');
    await expect(authenticator({ jwks: empty })).rejects.toMatchObject({
      problems: [{ code: 'KEY_SET_UNREADABLE', message: expect.stringContaining('"keys"'), places: [{ file: empty }] }],
    });
  });

  it('is read again when it has changed, at most every 30 s, and kept when the change is broken', async () => {
    const changing = join(folder, 'changing.json');
    const [first, second] = [await signingKey('first'), await signingKey('second')];
    const write = async (text: string, seconds: number) => {
      await writeFile(changing, text);
      await utimes(changing, seconds, seconds);
    };
    await write(keySetText(first), 1000);
    vi.useFakeTimers({ toFake: ['performance'] });
    const { bearer, lines } = await authenticator({ jwks: changing });
    const isKnown = async () => typeof (await bearer(await token(second))) === 'object';

    await write(keySetText(second), 2000);
    vi.advanceTimersByTime(29_000);
    expect(await isKnown()).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(await isKnown()).toBe(true);

    await write('{', 3000);
    vi.advanceTimersByTime(30_000);
    expect(await isKnown()).toBe(true);
    expect(lines).toEqual(['warn The key set has changed and cannot be read: the keys before are kept.']);
  });
});

describe('a token that was verified', () => {
  const claimsOf = async (bearer: (text: string) => Promise<unknown>, text: string) =>
    ((await bearer(text)) as { readonly claims: unknown }).claims;

  it('is the same for every request, whatever a resolver does to what it has of it', async () => {
    const { bearer } = await authenticator({});
    const text = await token(key, { scope: 'read', groups: ['a'] });
    type Seen = { scopes: Set<string>; claims: { groups: string[] } };
    for (const _ of [1, 2]) {
      const { scopes, claims } = (await bearer(text)) as unknown as Seen;
      expect([...scopes]).toEqual(['read']);
      scopes.add('admin');
      expect(() => claims.groups.push('b')).toThrow(TypeError);
    }
    expect((await bearer(text)) as unknown as Seen).toMatchObject({
      scopes: new Set(['read']),
      claims: { groups: ['a'] },
    });
  });

  it('is not verified again, until it has expired', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { bearer } = await authenticator({});
    const [text, other] = [await token(key), await token(key, { sub: 'u2' })];
    const claims = await claimsOf(bearer, text);
    expect(await claimsOf(bearer, text)).toBe(claims);
    expect(await bearer(other)).toMatchObject({ claims: { sub: 'u2' } });
    vi.advanceTimersByTime(359_000); // 300 s and the leeway
    expect(await claimsOf(bearer, text)).toBe(claims);
    vi.advanceTimersByTime(2000);
    expect(await bearer(text)).toBe('UNAUTHENTICATED: The token has expired.');
  });

  it('is verified again after ten thousand others', async () => {
    const { bearer } = await authenticator({});
    const [first, second] = [await token(key), await token(key, { sub: 'u2' })];
    const known = [await claimsOf(bearer, first), await claimsOf(bearer, second)];
    for (let n = 0; n < 9_999; n += 1) {
      await bearer(await token(key, { n }));
      if (n % 1000 === 0) expect(await claimsOf(bearer, first)).toBe(known[0]);
    }
    expect(await claimsOf(bearer, first)).toBe(known[0]);
    expect(await claimsOf(bearer, second)).not.toBe(known[1]);
  });

  it('is refused once its key is not in the file any more', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const own = join(folder, 'changing.json');
    await writeFile(own, keySetText(key));
    const { bearer } = await authenticator({ jwks: own });
    const text = await token(key);
    expect(await bearer(text)).toMatchObject({ kind: 'authenticated' });
    await writeFile(own, keySetText(await signingKey('k2')));
    await utimes(own, new Date(), new Date(Date.now() + 5000));
    vi.advanceTimersByTime(30_000);
    expect(await bearer(text)).toBe('UNAUTHENTICATED: The token is signed with a key that is not known here.');
  });

  it('does not stand for one with another signature', async () => {
    const { bearer } = await authenticator({});
    const text = await token(key);
    await bearer(text);
    const forged = text.slice(0, -4) + (text.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    expect(await bearer(forged)).toBe("UNAUTHENTICATED: The token's signature is wrong.");
  });
});
