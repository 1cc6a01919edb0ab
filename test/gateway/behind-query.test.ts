import { describe, expect, it } from 'vitest';
import { startFederatedService } from './federated-service.ts';
import { faultsOf, openTestGateway } from './test-gateway.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

/** Two services; fields of the first lead back to `Query`, whose other fields the second has. */
async function openShop() {
  const payload = { ok: true, query: {}, shop: [{ query: {} }, { query: {} }] };
  const users = await startFederatedService(
    `${LINK} type Query { me: User  again: Query } type User @key(fields: "id") { id: ID!  name: String }
     type Mutation { rename: Renamed } type Renamed { ok: Boolean  query: Query!  shop: [Shop!] } type Shop { query: Query }`,
    {
      root: { me: () => ({ id: 'u1', name: 'Ada' }), again: () => ({}), rename: () => payload },
      entity: () => ({ name: 'Ada' }),
    },
  );
  const posts = await startFederatedService(
    `${LINK} type Query { posts(limit: Int): [Post]  broken: Int!  post: Post } type Post { text: String  author: User } type User @key(fields: "id", resolvable: false) { id: ID! }`,
    {
      root: {
        posts: ({ limit }) =>
          [1, 2, 3].slice(0, limit as number).map((n) => ({ text: `post ${n}`, author: { id: 'u1' } })),
        broken: () => Promise.reject(new Error('no')),
      },
    },
  );
  return openTestGateway({ subgraphs: { users: users.subgraph, posts: posts.subgraph } });
}

describe('a field that leads back to Query', () => {
  it('gives what any subgraph has at its root, after the mutation', async () => {
    const { ask } = await openShop();
    const { body } = await ask(
      'mutation { rename { query { posts(limit: 1) { text author { name } } me { name } } ok } }',
    );
    expect(body).toEqual({
      data: {
        rename: { query: { posts: [{ text: 'post 1', author: { name: 'Ada' } }], me: { name: 'Ada' } }, ok: true },
      },
    });
  });

  it('gives it at every object of a list, and through itself', async () => {
    const { ask } = await openShop();
    const { body } = await ask('mutation { rename { shop { query { again { posts(limit: 1) { text } } } } } }');
    const query = { again: { posts: [{ text: 'post 1' }] } };
    expect(body).toEqual({ data: { rename: { shop: [{ query }, { query }] } } });
  });

  it('follows fragments, aliases, variables and conditions', async () => {
    const { ask } = await openShop();
    const { body } = await ask(
      `query ($limit: Int!, $no: Boolean!) {
         one: again { ...Posts ... @include(if: $no) { me { name } } }
         again { __typename me { id } }
         again @skip(if: $no) { me { name } }
         none: again @include(if: $no) { me { id } }
       }
       fragment Posts on Query { posts(limit: $limit) { text } }`,
      { limit: 2, no: false },
    );
    expect(body).toEqual({
      data: {
        one: { posts: [{ text: 'post 1' }, { text: 'post 2' }] },
        again: { __typename: 'Query', me: { id: 'u1', name: 'Ada' } },
      },
    });
  });

  it('is null, up to what may be null, where a field behind it must not be', async () => {
    const { ask } = await openShop();
    const answer = await ask('mutation { rename { ok query { broken } } }');
    expect(answer.body.data).toEqual({ rename: null });
    expect(faultsOf(answer)).toEqual(['UPSTREAM_ERROR posts rename.query.broken']);
    const list = await ask('mutation { rename { ok shop { query { broken } } } }');
    expect(list.body.data).toEqual({ rename: { ok: true, shop: [{ query: null }, { query: null }] } });
    expect(faultsOf(list)).toEqual([
      'UPSTREAM_ERROR posts rename.shop.0.query.broken',
      'UPSTREAM_ERROR posts rename.shop.1.query.broken',
    ]);
  });
});
