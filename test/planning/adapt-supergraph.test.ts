import { describe, expect, it } from 'vitest';
import { planner } from './test-planner.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requires", "@external", "@provides"])';

describe('the supergraph of the native planner', () => {
  it('brings required fields back by a key that the subgraphs before know', async () => {
    const { print } = planner({
      orders: `${link} type Query { buyer: User } type User @key(fields: "id") { id: ID! }`,
      ranks: `${link} type User @key(fields: "id") @key(fields: "code") { id: ID!  code: ID!  name: String @external  rank: Int @requires(fields: "name") }`,
      users: `${link} type User @key(fields: "id") { id: ID!  name: String }`,
    });
    const plan = await print('{ buyer { rank } }');
    expect(plan).toContain('EntityFetch(service: "ranks")');
    expect(plan).not.toContain('code');
  });

  it('takes from a mutation field only what it provides', async () => {
    const { print } = planner({
      items: `${link} type Item @key(fields: "id") { id: ID!  size: Int  label: Int }`,
      shop: `${link} type Query { best: Item @provides(fields: "label") }  type Mutation { sell: Item @provides(fields: "size") }
        type Item @key(fields: "id") { id: ID!  size: Int @external  label: Int @external }`,
    });
    expect(await print('mutation { sell { label } }')).toContain('EntityFetch(service: "items")');
    expect(await print('query { best { label } }')).toContain('EntityFetch(service: "items")');
  });

  it('takes from a field only what it provides itself, not what another one does', async () => {
    const { print } = planner({
      items: `${link} type Item @key(fields: "id") { id: ID!  size: Int  label: Int }`,
      shop: `${link} type Query { best: Item @provides(fields: "label")  last: Item @provides(fields: "size label") }
        type Item @key(fields: "id") { id: ID!  size: Int @external  label: Int @external }`,
    });
    expect(await print('{ best { size } }')).toContain('EntityFetch(service: "items")');
    expect(await print('{ last { size label } }')).not.toContain('EntityFetch');
  });
});
