import { connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Shop, type ShopPorts, startShop } from '../../examples/shop.ts';

const FREE: ShopPorts = { accounts: 0, catalog: 0, inventory: 0, shipping: 0, orders: 0 };

function portsOf({ urls }: Shop): ShopPorts {
  const port = (url: string): number => Number(new URL(url).port);
  return {
    accounts: port(urls.accounts),
    catalog: port(urls.catalog),
    inventory: port(urls.inventory),
    shipping: port(urls.shipping),
    orders: port(urls.orders),
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function listeningOnes(ports: ShopPorts): Promise<string[]> {
  const entries = await Promise.all(
    Object.entries(ports).map(async ([name, port]) => ((await isListening(port)) ? [name] : [])),
  );
  return entries.flat();
}

async function occupy(port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())));
}

describe('the shop', () => {
  it('opens all of its services and closes them again', async () => {
    const shop = await startShop({ ports: FREE });
    const ports = portsOf(shop);
    expect(await listeningOnes(ports)).toEqual(['accounts', 'catalog', 'inventory', 'shipping', 'orders']);
    await shop.close();
    expect(await listeningOnes(ports)).toEqual([]);
  });

  it.each(['accounts', 'inventory', 'shipping', 'orders'] as const)(
    'says that the port of %s is in use and leaves nothing running',
    async (name) => {
      const earlier = await startShop({ ports: FREE });
      const ports = portsOf(earlier);
      await earlier.close();
      await occupy(ports[name]);
      await expect(startShop({ ports })).rejects.toThrow(
        new RegExp(`^${name}.* cannot start: port ${ports[name]} is in use\\.`),
      );
      expect(await listeningOnes(ports)).toEqual([name]);
    },
  );

  it.each(['mqtt', 'nats', 'amqp', 'redis'])(
    'names the %s broker that it cannot reach, and the variable, and leaves nothing running',
    async (scheme) => {
      const earlier = await startShop({ ports: FREE });
      const ports = portsOf(earlier);
      await earlier.close();
      const broker = `${scheme}://user:secret@127.0.0.1:${ports.shipping}`;
      const error: unknown = await startShop({ ports, broker }).catch((thrown: unknown) => thrown);
      expect((error as Error).message).toMatch(
        new RegExp(
          `^shipping cannot start: the broker that SHIPPING_BROKER names, ${scheme}://127\\.0\\.0\\.1:${ports.shipping}, cannot be used: \\S.*\nStart it`,
        ),
      );
      expect(await listeningOnes(ports)).toEqual([]);
    },
  );
});
