import { type Shop, startShop } from '../../examples/shop.ts';
import { createGateway, type Gateway } from '../../src/edge/create-gateway.ts';

export type OpenShop = {
  readonly gateway: Gateway;
  /** A token of that user's. */
  readonly authorization: string;
  readonly query: (document: string, variables?: Record<string, unknown>) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

/** The whole example shop on free ports, shipping behind the broker of that URL, and the gateway in front of it. */
export async function openShop(brokerUrl: string, userId: string): Promise<OpenShop> {
  const ports = { accounts: 0, catalog: 0, inventory: 0, shipping: 0, orders: 0 };
  const services = await startShop({ ports, broker: brokerUrl });
  const gateway = await openGateway(services.urls).catch(async (error: unknown) => {
    await services.close();
    throw error;
  });
  const authorization = await fetchToken(services.urls.accounts, userId);
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
      await services.close();
    },
  };
}

async function openGateway(urls: Shop['urls']): Promise<Gateway> {
  return createGateway({
    listen: { port: 0 },
    graph: {
      subgraphs: {
        accounts: { schema: './schemas/accounts.graphql', url: `${urls.accounts}/graphql` },
        catalog: { schema: './schemas/catalog.graphql', url: urls.catalog },
        inventory: {
          schema: './schemas/inventory.graphql',
          url: urls.inventory,
          proto: './schemas/inventory.proto',
        },
        shipping: { schema: './schemas/shipping.graphql', url: urls.shipping },
        orders: { schema: './schemas/orders.graphql', stitch: { orders: { url: urls.orders } } },
        storefront: { schema: './schemas/storefront.graphql', resolvers: './resolvers/storefront.ts' },
      },
    },
    auth: {
      jwt: [
        {
          issuer: urls.accounts,
          audience: 'selvedge-shop',
          algorithms: ['ES256'],
          jwks: `${urls.accounts}/.well-known/jwks.json`,
        },
      ],
      upstream: { accounts: { forward: ['authorization'] } },
    },
  });
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
