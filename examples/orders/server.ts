import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import { type Order, seedOrders } from '../seed.ts';

const typeDefs = /* GraphQL */ `
  type Query {
    ordersByUser(userId: ID!): [Order!]!
    ordersByIds(ids: [ID!]!): [Order]!
  }

  type Order {
    id: ID!
    userId: ID!
    placedOn: String!
    totalCents: Int!
    items: [OrderItem!]!
  }

  type OrderItem {
    sku: ID!
    quantity: Int!
    priceCents: Int!
  }
`;

/** Starts the orders service: plain GraphQL, without a word of federation. Port 0 takes a free one. */
export async function startOrders({
  port,
}: {
  readonly port: number;
}): Promise<{ url: string; close: () => Promise<void> }> {
  const yoga = createYoga({
    schema: createOrdersSchema(seedOrders()),
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    logging: false,
  });
  const server = createServer((request, response) => void yoga(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}/graphql`, close: () => closeServer(server) };
}

function createOrdersSchema(orders: readonly Order[]) {
  const byId = new Map(orders.map((order) => [order.id, order]));
  const byUser = Map.groupBy(orders, (order) => order.userId);
  return createSchema({
    typeDefs,
    resolvers: {
      Query: {
        ordersByUser: (_: unknown, { userId }: { userId: string }) => byUser.get(userId) ?? [],
        ordersByIds: (_: unknown, { ids }: { ids: readonly string[] }) => ids.map((id) => byId.get(id) ?? null),
      },
    },
  });
}

function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeIdleConnections();
  });
}
