import { startAccounts } from '../../examples/accounts/server.ts';
import { startCatalog } from '../../examples/catalog/server.ts';
import { startInventory } from '../../examples/inventory/server.ts';
import { startOrders } from '../../examples/orders/server.ts';
import { startShippingWorker } from '../../examples/shipping/worker.ts';
import { createGateway, type Gateway } from '../../src/edge/create-gateway.ts';

export type Shop = {
  readonly gateway: Gateway;
  /** A token of that user's. */
  readonly authorization: string;
  readonly query: (document: string, variables?: Record<string, unknown>) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

/** The whole example shop on free ports, shipping behind the broker of that URL, and the gateway in front of it. */
export async function startShop(brokerUrl: string, userId: string): Promise<Shop> {
  const services = await Promise.all([
    startAccounts({ port: 0 }),
    startCatalog({ port: 0 }),
    startInventory({ port: 0 }),
    startOrders({ port: 0 }),
  ]);
  const [accounts, catalog, inventory, orders] = services;
  const worker = await startShippingWorker({ brokerUrl });
  const gateway = await createGateway({
    listen: { port: 0 },
    graph: {
      subgraphs: {
        accounts: { schema: './schemas/accounts.graphql', url: `${accounts.url}/graphql` },
        catalog: { schema: './schemas/catalog.graphql', url: catalog.url },
        inventory: {
          schema: './schemas/inventory.graphql',
          url: inventory.url,
          proto: './schemas/inventory.proto',
        },
        shipping: { schema: './schemas/shipping.graphql', url: brokerUrl },
        orders: { schema: './schemas/orders.graphql', stitch: { orders: { url: orders.url } } },
        storefront: { schema: './schemas/storefront.graphql', resolvers: './resolvers/storefront.ts' },
      },
    },
    auth: {
      jwt: [
        {
          issuer: accounts.url,
          audience: 'selvedge-shop',
          algorithms: ['ES256'],
          jwks: `${accounts.url}/.well-known/jwks.json`,
        },
      ],
      upstream: { accounts: { forward: ['authorization'] } },
    },
  });
  const authorization = await fetchToken(accounts.url, userId);
  return {
    gateway,
    authorization,
    query: async (query, variables) => {
      const response = await gateway.request('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    },
    close: async () => {
      await gateway.close({ drainMs: 1_000 });
      await Promise.all([worker, ...services].map(async (service) => service.close()));
    },
  };
}

async function fetchToken(accountsUrl: string, userId: string): Promise<string> {
  const response = await fetch(`${accountsUrl}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return `Bearer ${token}`;
}
