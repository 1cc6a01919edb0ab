import { expect, it, onTestFinished } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createEngine } from '../../src/gateway/engine.ts';
import { composeGraph } from '../../src/gateway/load-graph.ts';
import { silentLog } from '../../src/observability/log.ts';
import { createTestContext } from '../sources/http/test-context.ts';
import { json, startTestServer } from '../sources/http/test-server.ts';

it('reads after each step what the step before has changed, in another subgraph too', async () => {
  let shipped = 0;
  const { url, received } = await startTestServer(({ path, body }, response) => {
    const [, alias] = /(\w+): ?ship/.exec(body) ?? [];
    if (alias === undefined) return json(response, { id: path.slice(-1), shipped });
    shipped += 1;
    json(response, { data: { [alias]: { __typename: 'Order', id: '1' } } });
  });
  const ordersSdl = `
    type Query { orders: [Order!]! @rest(GET: "/orders") }
    type Order @key(fields: "id") @rest(GET: "/orders/{id}") { id: ID! shipped: Int! }
  `;
  const shippingSdl = `
    type Mutation { ship(id: ID!): Order }
    type Order @key(fields: "id", resolvable: false) { id: ID! }
  `;
  const graph = await composeGraph([
    { name: 'orders', kind: 'auto', schema: [{ name: 'o', text: ordersSdl }], url },
    { name: 'shipping', kind: 'auto', schema: [{ name: 's', text: shippingSdl }], url },
  ]);
  const config = configSchema.parse({ graph: { subgraphs: { orders: { schema: 'o' }, shipping: { schema: 's' } } } });
  const engine = await createEngine(graph, { config, log: silentLog });
  onTestFinished(() => engine.close());
  const document = engine.documents.read(
    'mutation { a: ship(id: 1) { shipped } b: ship(id: 1) { shipped } }',
    undefined,
  );
  const compiled = await engine.compile(document, { kind: 'anonymous' });
  const { data, errors } = await compiled.run({}, createTestContext());
  expect(errors).toBeUndefined();
  expect(JSON.parse(JSON.stringify(data))).toEqual({ a: { shipped: 1 }, b: { shipped: 2 } });
  expect(received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /',
    'GET /orders/1',
    'POST /',
    'GET /orders/1',
  ]);
});
