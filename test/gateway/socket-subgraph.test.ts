import { expect, it } from 'vitest';
import { say, startSocketService } from '../sources/http/subscriptions/socket-service.ts';
import { openEventStream } from './open-event-stream.ts';
import { startFederatedService } from './federated-service.ts';
import { openTestGateway } from './test-gateway.ts';

const sdl = `
  type Query { a: Int }
  type Subscription { sold: Product! }
  type Product @key(fields: "sku", resolvable: false) { sku: ID! }
`;

it('completes events of a service that speaks WebSockets, one stream for all clients', async () => {
  const sales = await startSocketService({
    onMessage: ({ type, id }, socket) => {
      if (type === 'connection_init') say(socket, { type: 'connection_ack' });
      else say(socket, { type: 'next', id, payload: { data: { sold: { __typename: 'Product', sku: 'a' } } } });
    },
  });
  const catalog = await startFederatedService(
    'type Query { b: Int } type Product @key(fields: "sku") { sku: ID! name: String }',
    {
      entity: ({ sku }) => ({ name: `Product ${String(sku)}` }),
    },
  );
  const { listen } = await openTestGateway({
    subgraphs: { sales: { sdl, url: sales.httpUrl.replace('/graphql', '/api') }, catalog: catalog.subgraph },
    config: { traffic: { subgraphs: { sales: { subscriptions: { protocol: 'ws', path: '/graphql?v=1' } } } } },
  });
  const url = await listen();
  const query = 'subscription { sold { name } }';
  const [first, second] = await Promise.all([openEventStream(url, query), openEventStream(url, query)]);
  expect(await Promise.all([first.next(), second.next()])).toEqual(
    Array.from({ length: 2 }, () => ({ data: { sold: { name: 'Product a' } } })),
  );
  expect(sales.requests.map((request) => request.url)).toEqual(['/graphql?v=1']);
  expect(sales.received.filter(({ type }) => type === 'subscribe').length).toBe(1);
});

it('refuses settings of subscriptions that would do nothing', async () => {
  const open = (subscriptions: object, sales: object) =>
    openTestGateway({
      subgraphs: { sales: { sdl, ...sales } },
      config: { traffic: { subgraphs: { sales: { subscriptions } } } },
    });
  const graphql = { url: 'http://127.0.0.1:1' };
  await expect(open({ path: '/x' }, graphql)).rejects.toThrow(/subscriptions.path has no meaning.*protocol to ws/s);
  const bound = {
    sdl: 'type Query { a: Int @request(topic: "a") } type Subscription { b: Int @subscribe(topic: "b") }',
    url: 'memory:',
  };
  await expect(open({ protocol: 'ws' }, bound)).rejects.toThrow(/subscriptions.protocol has no meaning.*only share/s);
  const resolvers = { resolvers: 'resolvers.js' };
  await expect(
    openTestGateway({
      subgraphs: { sales: { sdl: 'type Query { a: Int }', ...resolvers } },
      files: { 'resolvers.js': 'export default { Query: { a: () => 1 } }', 'package.json': '{"type":"module"}' },
      config: { traffic: { subgraphs: { sales: { subscriptions: { share: true } } } } },
    }),
  ).rejects.toThrow(/subscriptions.share has no meaning/);
});
