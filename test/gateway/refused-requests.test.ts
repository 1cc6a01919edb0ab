import { createHmac, createPublicKey } from 'node:crypto';
import type { JsonWebKeyInput } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  AUDIENCE,
  ISSUER,
  keySetText,
  nowSeconds,
  type SigningKey,
  signingKey,
  token,
} from '../security/token-fixture.ts';
import { startFederatedService } from './federated-service.ts';
import { askGateway, faultsOf, openTestGateway, postOf } from './test-gateway.ts';

const sdl = `
  type Query { user(id: ID!, since: Int): User  me: User @authenticated }
  type User { id: ID! name: String! }
`;

/** A gateway in front of one service, with how often that was asked. */
async function openGuarded() {
  const key = await signingKey('k1');
  const user = ({ id }: Record<string, unknown>) => ({ id, name: `user ${String(id)}` });
  const service = await startFederatedService(sdl, { root: { user, me: () => user({ id: 'me' }) } });
  const open = await openTestGateway({
    subgraphs: { users: service.subgraph },
    config: { auth: { jwt: [{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], jwks: 'keys.json' }] } },
    files: { 'keys.json': keySetText(key) },
  });
  return { ...open, key, calls: () => service.received.length };
}

describe('an operation that is wrong', () => {
  it.each([
    ['does not parse', '{ user(id: "1") { name }', {}, 'GRAPHQL_PARSE_FAILED', /Expected.*found <EOF>/],
    ['is empty', '', {}, 'GRAPHQL_PARSE_FAILED', /Unexpected <EOF>/],
    ['does not validate', '{ user(id: "1") { nam } }', {}, 'GRAPHQL_VALIDATION_FAILED', /"nam".*"User"/],
    ['has a wrong variable', 'query ($id: ID!) { user(id: $id) { name } }', { id: [] }, 'BAD_USER_INPUT', /"\$id"/],
    ['lacks a variable', 'query ($id: ID!) { user(id: $id) { name } }', {}, 'BAD_USER_INPUT', /"\$id"/],
  ])('is refused with its place where it %s, before any service is asked', async (_, query, variables, code, said) => {
    const { gateway, calls } = await openGuarded();
    const answer = await askGateway(gateway, { query, variables });
    expect(answer.status).toBe(400);
    expect(answer.body).not.toHaveProperty('data');
    expect(answer.body.errors).toEqual([
      { message: expect.stringMatching(said), locations: expect.any(Array), extensions: { code } },
    ]);
    expect(answer.body.errors?.[0]?.message).not.toContain('Did you mean');
    const legacy = await gateway.request('/graphql', postOf({ query, variables }, { accept: 'application/json' }));
    expect(legacy.status).toBe(200);
    expect(await legacy.json()).toEqual(answer.body);
    expect(calls()).toBe(0);
  });

  it('is refused with every error at once', async () => {
    const { ask } = await openGuarded();
    const answer = await ask('query ($a: ID!, $b: Int) { user(id: $a, since: $b) { name } }', { b: 'three' });
    expect(faultsOf(answer)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
    expect(faultsOf(await ask('{ you user(id: 1) { age } }'))).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
      'GRAPHQL_VALIDATION_FAILED',
    ]);
  });

  it.each([
    ['no operation', { operationName: 'C' }],
    ['several operations', {}],
  ])('is refused where %s can be meant', async (_, rest) => {
    const { gateway } = await openGuarded();
    const query = 'query A { user(id: 1) { id } } query B { user(id: 2) { id } }';
    const answer = await askGateway(gateway, { query, ...rest });
    expect(answer.status).toBe(400);
    expect(faultsOf(answer)).toEqual(['OPERATION_NOT_FOUND']);
  });
});

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = () => ({ iss: ISSUER, aud: AUDIENCE, sub: 'u1', exp: nowSeconds() + 300 });

/** Signed with what everybody can read, in the hope that it is taken for a secret. */
function signWithPublicKey({ jwk, kid }: SigningKey): string {
  const pem = createPublicKey({ key: jwk, format: 'jwk' } as JsonWebKeyInput).export({ type: 'spki', format: 'pem' });
  const content = `${encode({ alg: 'HS256', typ: 'JWT', kid })}.${encode(claims())}`;
  return `${content}.${createHmac('sha256', pem).update(content).digest('base64url')}`;
}

const badTokens: Readonly<Record<string, (key: SigningKey) => Promise<string> | string>> = {
  'has expired': (key) => token(key, { exp: nowSeconds() - 120 }),
  'is not valid yet': (key) => token(key, { nbf: nowSeconds() + 120 }),
  'never expires': (key) => token(key, { exp: undefined }),
  'is forged: signed by another key of the same name': async () => token(await signingKey('k1')),
  'is signed by a key that nobody knows': async () => token(await signingKey('k2')),
  'was changed after it was signed': async (key) => {
    const [header = '', , signature = ''] = (await token(key)).split('.');
    return `${header}.${encode({ ...claims(), sub: 'admin' })}.${signature}`;
  },
  'is of another issuer': (key) => token(key, { iss: 'https://elsewhere.example' }),
  'is for another audience': (key) => token(key, { aud: 'another-shop' }),
  'is for no audience': (key) => token(key, { aud: undefined }),
  'has alg none': ({ kid }) => `${encode({ alg: 'none', kid })}.${encode(claims())}.`,
  'has alg HS256, with the public key as the secret': signWithPublicKey,
  'is no token at all': () => 'nonsense',
};

describe('a token', () => {
  it.each(Object.keys(badTokens))('that %s is refused whatever is asked, before any service is', async (kind) => {
    const { gateway, ask, key, calls } = await openGuarded();
    const authorization = `Bearer ${await badTokens[kind]?.(key)}`;
    for (const query of ['{ user(id: 1) { name } }', '{ me { name } }', '{ nonsense', '{ __typename }']) {
      const answer = await ask(query, {}, { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.body).toEqual({
        errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }],
      });
      expect(answer.body.errors?.[0]?.message).not.toContain(ISSUER);
    }
    const legacy = await gateway.request('/graphql', {
      ...postOf({ query: '{ __typename }' }, { accept: 'application/json', authorization }),
    });
    expect(legacy.status).toBe(401);
    expect(calls()).toBe(0);
  });

  it('that is right lets its caller in, and without one only the guarded field is missing', async () => {
    const { ask, key } = await openGuarded();
    const query = '{ me { name } user(id: 1) { name } }';
    const authorization = `Bearer ${await token(key)}`;
    const user = { name: 'user 1' };
    expect((await ask(query, {}, { authorization })).body).toEqual({ data: { me: { name: 'user me' }, user } });
    const anonymous = await ask(query);
    expect(anonymous.status).toBe(200);
    expect(anonymous.body.data).toEqual({ me: null, user });
    expect(faultsOf(anonymous)).toEqual(['UNAUTHORIZED_FIELD me']);
  });
});
