import { expect, it } from 'vitest';
import { openTestGateway } from './test-gateway.ts';

const types = Array.from({ length: 60 }, (_, index) => `T${index}`);
const shapes = `
  type Query { version: Int  nodes: [Node!] }
  interface Node { id: ID!  peer: Node  a: Int }
  ${types.map((name) => `type ${name} implements Node @key(fields: "id") { id: ID!  peer: Node  a: Int }`).join('\n')}`;
const stocks = `
  type Query { empty: Node }
  interface Node { id: ID!  stock: Int }
  ${types.map((name) => `type ${name} implements Node @key(fields: "id") { id: ID!  stock: Int }`).join('\n')}`;
const resolvers = `
  export default {
    Query: { version: () => 7, nodes: () => [{ id: '1', peer: { id: '2', peer: { id: '3' } } }] },
    Node: { __resolveType: () => 'T0' },
  };`;
const stockResolvers = `
  const stocks = Object.fromEntries(
    ${JSON.stringify(types)}.map((name) => [name, { __resolveReference: ({ id }) => ({ id, stock: Number(id) * 10 }) }]),
  );
  export default { ...stocks, Query: { empty: () => null }, Node: { __resolveType: () => 'T0' } };`;

const openGateway = (planning: number) =>
  openTestGateway({
    subgraphs: {
      shapes: { sdl: shapes, resolvers: 'shapes.js' },
      stocks: { sdl: stocks, resolvers: 'stocks.js' },
    },
    files: { 'shapes.js': resolvers, 'stocks.js': stockResolvers },
    config: { limits: { planning } },
  });

it('refuses an operation that takes too much planning, and says what moves the limit', async () => {
  const { ask } = await openGateway(100);
  const refused = await ask('{ nodes { stock peer { stock } } }');
  expect(refused.status).toBe(400);
  expect(refused.body.errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COSTLY' } }]);
  expect(refused.body.errors?.[0]?.message).toMatch(/more than 100 steps.*limits\.planning/);
  expect((await ask('{ version }')).body).toEqual({ data: { version: 7 } });
});

it('answers fields of a large interface that another service adds, at several levels', async () => {
  const { ask } = await openGateway(20_000);
  const { body } = await ask('{ nodes { id stock peer { id stock peer { stock a } } } }');
  expect(body).toEqual({
    data: { nodes: [{ id: '1', stock: 10, peer: { id: '2', stock: 20, peer: { stock: 30, a: null } } }] },
  });
});
