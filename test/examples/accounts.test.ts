import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAccounts } from '../../examples/accounts/server.ts';

async function accounts() {
  const service = await startAccounts({ port: 0 });
  onTestFinished(service.close);
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  const token = async (scopes: readonly string[] = []) =>
    String((await post('/token', { userId: 'u2', scopes })).body['access_token']);
  return { url: service.url, post, token };
}

describe('accounts', () => {
  it('issues tokens that its published keys verify', async () => {
    const { url, token } = await accounts();
    const jwks = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(await token(['users:email', 'catalog:write']), jwks, {
      issuer: url,
      audience: 'selvedge-shop',
    });
    expect(payload).toMatchObject({ sub: 'u2', scope: 'users:email catalog:write' });
  });

  it('publishes no private key', async () => {
    const { url } = await accounts();
    expect(await (await fetch(`${url}/.well-known/jwks.json`)).text()).not.toContain('"d"');
  });

  it('knows who is asking by the token, and nobody by another', async () => {
    const { post, token } = await accounts();
    const stranger = await accounts();
    const me = async (authorization: string) =>
      (await post('/graphql', { query: '{ me { id } }' }, { authorization })).body['data'];
    const own = await token();
    expect(await me(`Bearer ${own}`)).toEqual({ me: { id: 'u2' } });
    expect(await me(`Bearer ${await stranger.token()}`)).toEqual({ me: null });
    expect(await me(own)).toEqual({ me: null });
    expect(decodeJwt(own).exp).toBeGreaterThan(Date.now() / 1000);
  });

  it('is a federated service', async () => {
    const { post } = await accounts();
    const query = `query ($all: [_Any!]!) { _service { sdl } _entities(representations: $all) { ... on User { name } } }`;
    const all = [
      { __typename: 'User', id: 'u3' },
      { __typename: 'User', id: 'nobody' },
      { __typename: 'User', id: 'u1' },
    ];
    const { data } = (await post('/graphql', { query, variables: { all } })).body as {
      data: { _service: { sdl: string }; _entities: unknown };
    };
    expect(data._service.sdl).toContain('type User @key(fields: "id")');
    expect(data._entities).toEqual([{ name: 'Carmen Andersson' }, null, { name: 'Ada Abend' }]);
  });

  it('lists no more users than there are, however many are asked for', async () => {
    const { post } = await accounts();
    const count = async (limit: number) =>
      ((await post('/graphql', { query: `{ users(limit: ${limit}) { id } }` })).body as { data: { users: unknown[] } })
        .data.users.length;
    expect([await count(3), await count(1_000_000), await count(-1)]).toEqual([3, 200, 0]);
  });

  it.each<[string, unknown, number]>([
    ['a body that is no JSON', '{', 400],
    ['a list', [], 400],
    ['a user that is no id', { userId: 5 }, 422],
    ['scopes that are no list', { userId: 'u1', scopes: 'all' }, 422],
  ])('refuses %s with a problem', async (_name, body, status) => {
    const { post } = await accounts();
    expect(await post('/token', body)).toMatchObject({ status, type: 'application/problem+json', body: { status } });
  });
});
