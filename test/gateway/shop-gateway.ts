import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { startAccounts } from '../../examples/accounts/server.ts';
import { startBroker } from '../../examples/broker.ts';
import { startCatalog } from '../../examples/catalog/server.ts';
import { startInventory } from '../../examples/inventory/server.ts';
import { startOrders } from '../../examples/orders/server.ts';
import { startShippingWorker } from '../../examples/shipping/worker.ts';
import { createGateway } from '../../src/edge/create-gateway.ts';
import { type Answer, askGateway } from './test-gateway.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

type Service = { readonly url: string; readonly close: () => Promise<void> };

const starts = {
  accounts: (port: number): Promise<Service> => startAccounts({ port }),
  catalog: (port: number): Promise<Service> => startCatalog({ port }),
  inventory: (port: number): Promise<Service> => startInventory({ port }),
  shipping: startShipping,
  orders: (port: number): Promise<Service> => startOrders({ port }),
};

export type ShopService = keyof typeof starts;

/** The example shop's services, each of which can go and come back on its port, behind one gateway that stays. */
export async function openShopGateway({ down }: { readonly down: readonly ShopService[] }) {
  const running = new Map<ShopService, Service>();
  const ports = {} as Record<ShopService, number>;
  const start = async (name: ShopService): Promise<void> => {
    const service = await starts[name](ports[name] ?? 0);
    running.set(name, service);
    ports[name] = Number(new URL(service.url).port);
  };
  const stop = async (name: ShopService): Promise<void> => {
    const service = running.get(name);
    running.delete(name);
    await service?.close();
  };
  onTestFinished(async () => {
    await Promise.all([...running.keys()].map(stop));
  });
  const names = Object.keys(starts) as ShopService[];
  for (const name of names) ports[name] = down.includes(name) ? await findFreePort() : 0;
  await Promise.all(names.filter((name) => !down.includes(name)).map(start));
  const gateway = await createGateway(shopConfig(ports), { base: ROOT });
  onTestFinished(() => gateway.close({ drainMs: 0 }));
  const ask = (query: string): Promise<Answer> => askGateway(gateway, { query });
  return { ask, start, stop, gateway, ports };
}

export function shopConfig(ports: Readonly<Record<ShopService, number>>) {
  const at = (protocol: string, name: ShopService, rest = ''): string =>
    `${protocol}://127.0.0.1:${ports[name]}${rest}`;
  const file = (name: string): string => `schemas/${name}.graphql`;
  return {
    listen: { port: 0 },
    graph: {
      subgraphs: {
        accounts: { schema: file('accounts'), url: at('http', 'accounts', '/graphql') },
        catalog: { schema: file('catalog'), url: at('http', 'catalog') },
        inventory: { schema: file('inventory'), url: at('grpc', 'inventory'), proto: 'schemas/inventory.proto' },
        shipping: { schema: file('shipping'), url: at('mqtt', 'shipping') },
        orders: { schema: file('orders'), stitch: { orders: { url: at('http', 'orders', '/graphql') } } },
        storefront: { schema: file('storefront'), resolvers: 'resolvers/storefront.ts' },
      },
    },
  };
}

/** A broker and the worker behind it. */
async function startShipping(port: number): Promise<Service> {
  const broker = await startBroker({ port });
  const worker = await startShippingWorker({ brokerUrl: broker.url });
  const close = async (): Promise<void> => {
    await worker.close();
    await broker.close();
  };
  return { url: broker.url, close };
}

/** One on which nobody listens. */
async function findFreePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + randomInt(15_000); // below what systems give to connections by themselves: nobody takes it meanwhile
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) await once(server, 'close');
    if (isFree) return port;
  }
}
