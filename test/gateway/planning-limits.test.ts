import { afterEach, expect, it, vi } from 'vitest';
import { openTestGateway } from './test-gateway.ts';

afterEach(() => void vi.useRealTimers());

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

const ENDLESS = '{ nodes { stock peer { stock peer { stock peer { stock peer { stock peer { stock } } } } } } }';

const openGateway = (planning: string) =>
  openTestGateway({
    subgraphs: {
      shapes: { sdl: shapes, resolvers: 'shapes.js' },
      stocks: { sdl: stocks, resolvers: 'stocks.js' },
    },
    files: { 'shapes.js': resolvers, 'stocks.js': stockResolvers },
    config: { limits: { planning } },
  });

it('refuses an operation whose planning does not end, answers others meanwhile, and remembers the refusal', async () => {
  const { ask } = await openGateway('300ms');
  const endless = ask(ENDLESS);
  const order: string[] = [];
  void endless.then(() => order.push('endless'));
  expect((await ask('{ version }')).body).toEqual({ data: { version: 7 } });
  order.push('version');
  const refused = await endless;
  expect(order).toEqual(['version', 'endless']);
  expect(refused.status).toBe(400);
  expect(refused.body.errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COSTLY' } }]);
  expect(refused.body.errors?.[0]?.message).toContain('took longer than 300 ms');
  vi.useFakeTimers(); // nothing would end the planning now
  expect(await ask(ENDLESS)).toMatchObject({ status: 400, body: refused.body });
});

it('answers an operation that is hard to plan and ends', async () => {
  const { ask } = await openGateway('20s');
  const { body } = await ask('{ nodes { id peer { id a } } }');
  expect(body).toEqual({ data: { nodes: [{ id: '1', peer: { id: '2', a: null } }] } });
});
