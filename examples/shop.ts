import { startAccounts } from './accounts/server.ts';
import { startBroker } from './broker.ts';
import { startCatalog } from './catalog/server.ts';
import { startInventory } from './inventory/server.ts';
import { startOrders } from './orders/server.ts';
import { startShippingWorker } from './shipping/worker.ts';

export type ShopPorts = {
  readonly accounts: number;
  readonly catalog: number;
  readonly inventory: number;
  readonly shipping: number;
  readonly orders: number;
};

/** The ports that the root `selvedge.yaml` names. */
export const shopPorts: ShopPorts = { accounts: 4101, catalog: 4102, inventory: 4103, shipping: 4104, orders: 4105 };

export type Shop = {
  readonly urls: { readonly [service in keyof ShopPorts]: string };
  /** Ends the services in the opposite order of their start. */
  readonly close: () => Promise<void>;
};

/** A service of the shop that did not start, in words for the person at the terminal. */
export class ShopError extends Error {
  override readonly name = 'ShopError';
}

type Closing = () => Promise<void>;

/**
 * Starts the shop's services in this process; `broker` is the URL of one that runs already, instead of the embedded one.
 * Throws ShopError, with nothing left running, when one of them cannot start.
 */
export async function startShop(options: {
  readonly ports: ShopPorts;
  readonly broker?: string | undefined;
}): Promise<Shop> {
  const { ports, broker } = options;
  const closings: Closing[] = [];
  const close = async (): Promise<void> => {
    for (const end of closings.splice(0).toReversed()) await end();
  };
  const start = async <T extends { close: Closing }>(
    name: string,
    port: number | null,
    starting: () => Promise<T>,
  ): Promise<T> => {
    try {
      const service = await starting();
      closings.push(() => service.close());
      return service;
    } catch (cause) {
      await close();
      throw new ShopError(explain(name, { port, broker }, cause), { cause });
    }
  };
  const accounts = await start('accounts', ports.accounts, () => startAccounts({ port: ports.accounts }));
  const catalog = await start('catalog', ports.catalog, () => startCatalog({ port: ports.catalog }));
  const inventory = await start('inventory', ports.inventory, () => startInventory({ port: ports.inventory }));
  const shipping =
    broker ?? (await start("shipping's broker", ports.shipping, () => startBroker({ port: ports.shipping }))).url;
  await start('shipping', null, () => startShippingWorker({ brokerUrl: shipping }));
  const orders = await start('orders', ports.orders, () => startOrders({ port: ports.orders }));
  return {
    urls: { accounts: accounts.url, catalog: catalog.url, inventory: inventory.url, shipping, orders: orders.url },
    close,
  };
}

type Reached = { readonly port: number | null; readonly broker: string | undefined };

function explain(name: string, { port, broker }: Reached, cause: unknown): string {
  if (port !== null && isPortInUse(cause))
    return `${name} cannot start: port ${port} is in use. End what listens there (another \`npm start\`?) and try again.`;
  const reason = reasonOf(cause);
  if (port !== null || broker === undefined) return `${name} cannot start: ${reason}`;
  return (
    `${name} cannot start: the broker that SHIPPING_BROKER names, ${withoutPassword(broker)}, cannot be used: ${reason}\n` +
    'Start it, correct the variable, or unset it: the shop then brings its own broker.'
  );
}

/** Node's error for a host with several addresses has its reasons inside, and no message. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(reasonOf).join(', ');
  return cause instanceof Error ? cause.message : String(cause);
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//');
}

/** grpc-js says it only in its message. */
function isPortInUse(cause: unknown): boolean {
  return (
    cause instanceof Error && (('code' in cause && cause.code === 'EADDRINUSE') || /EADDRINUSE/.test(cause.message))
  );
}
