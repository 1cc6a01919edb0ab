import { type Client, credentials, loadPackageDefinition, status, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startInventory } from '../../examples/inventory/server.ts';
import { Warehouse } from '../../examples/inventory/warehouse.ts';

type Stream = NodeJS.EventEmitter & { cancel(): void };
type Inventory = Client &
  Record<string, (request: object, answer?: (error: ServiceError | null, value: unknown) => void) => Stream>;

const proto = loadSync(fileURLToPath(new URL('../../schemas/inventory.proto', import.meta.url)), { defaults: true });

async function inventory() {
  const service = await startInventory({ port: 0, intervalMs: 1 });
  const { shop } = loadPackageDefinition(proto) as unknown as {
    shop: { inventory: { v1: { Inventory: new (...args: unknown[]) => Inventory } } };
  };
  const client = new shop.inventory.v1.Inventory(service.url.replace('grpc://', ''), credentials.createInsecure());
  let open = true;
  const close = async (): Promise<void> => {
    if (open) await service.close();
    open = false;
  };
  onTestFinished(async () => {
    client.close();
    await close();
  });
  const call = (method: string, request: object) =>
    new Promise((resolve) =>
      client[method]?.(request, (error, value) => resolve(error === null ? value : status[error.code])),
    );
  return { client, call, close };
}

describe('inventory', () => {
  it('knows what is in stock and where', async () => {
    const { call } = await inventory();
    expect(await call('getStock', { sku: 'SKU-0002' })).toMatchObject({
      sku: 'SKU-0002',
      inStock: true,
      warehouse: { city: 'Bologna' },
    });
    expect(await call('getStock', { sku: 'nothing' })).toBe('NOT_FOUND');
  });

  it('answers for many products at once, each once', async () => {
    const { call } = await inventory();
    const { items } = (await call('batchGetStock', { skus: ['SKU-0174', 'SKU-0002', 'SKU-0174', 'nothing'] })) as {
      items: { sku: string; inStock: boolean }[];
    };
    expect(items.map((item) => [item.sku, item.inStock])).toEqual([
      ['SKU-0174', false],
      ['SKU-0002', true],
      ['nothing', false],
    ]);
    expect(await call('batchGetStock', { skus: Array.from({ length: 101 }, String) })).toBe('INVALID_ARGUMENT');
  });

  it('estimates shipping by weight, and sends dear and light things for nothing', async () => {
    const { call } = await inventory();
    expect(await call('estimateShipping', { weightGrams: 1200, priceCents: 100 })).toEqual({ costCents: 570 });
    expect(await call('estimateShipping', { weightGrams: 900, priceCents: 5000 })).toEqual({ costCents: 0 });
    expect(await call('estimateShipping', { weightGrams: 0, priceCents: 5000 })).toBe('INVALID_ARGUMENT');
  });

  it('streams the changes of one product', async () => {
    const { client } = await inventory();
    const stream = client['watchStock']?.({ sku: 'SKU-0002' }) as Stream;
    stream.on('error', () => {});
    const changes = await new Promise<{ sku: string }[]>((resolve) => {
      const seen: { sku: string }[] = [];
      stream.on('data', (change: { sku: string }) => {
        if (seen.push(change) === 3) resolve(seen);
      });
    });
    stream.cancel();
    expect(changes.map((change) => change.sku)).toEqual(['SKU-0002', 'SKU-0002', 'SKU-0002']);
  });

  it('refuses to stream the changes of nothing', async () => {
    const { client } = await inventory();
    const stream = client['watchStock']?.({ sku: 'nothing' }) as Stream;
    stream.on('data', () => {});
    expect(
      await new Promise((resolve) => stream.once('error', (error: ServiceError) => resolve(status[error.code]))),
    ).toBe('NOT_FOUND');
  });

  it('ends its streams in order when it closes', async () => {
    const { client, close } = await inventory();
    const stream = client['watchStock']?.({}) as Stream;
    const ended = new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
    await new Promise((resolve) => stream.once('data', resolve));
    stream.on('data', () => {});
    client.close();
    await close();
    await ended;
  });
});

describe('the warehouse', () => {
  it('runs no clock but while somebody watches, and never changes whether a product is in stock', () => {
    vi.useFakeTimers();
    try {
      const warehouse = new Warehouse(1000);
      const before = warehouse.stock('SKU-0174')?.quantity;
      const seen: string[] = [];
      const stopAll = warehouse.watch(undefined, (change) => seen.push(change.sku));
      const stopOne = warehouse.watch('SKU-0174', (change) => seen.push(`${change.sku} ${change.inStock}`));
      vi.advanceTimersByTime(1000);
      expect(seen).toContain('SKU-0174 false');
      expect(before).toBe(0);
      stopAll();
      expect(vi.getTimerCount()).toBe(1);
      stopOne();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
