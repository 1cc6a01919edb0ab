import { describe, expect, it } from 'vitest';
import { openShopGateway, type ShopService } from './shop-gateway.ts';
import { faultsOf } from './test-gateway.ts';

/** What needs that service beside others, what the rest of the answer is without it, and the whole answer. */
type Case = { readonly query: string; readonly fault: string; readonly without: object; readonly whole: object };

const cases: Readonly<Record<ShopService, Case>> = {
  accounts: {
    query: '{ user(id: "u1") { name } product(sku: "SKU-0001") { inStock } }',
    fault: 'accounts user',
    without: { user: null, product: { inStock: true } },
    whole: { user: { name: 'Ada Abend' }, product: { inStock: true } },
  },
  catalog: {
    query: '{ product(sku: "SKU-0001") { name } user(id: "u1") { name } }',
    fault: 'catalog product',
    without: { product: null, user: { name: 'Ada Abend' } },
    whole: { product: { name: 'Merino Throw' }, user: { name: 'Ada Abend' } },
  },
  inventory: {
    query: '{ product(sku: "SKU-0001") { name warehouse { city } } }',
    fault: 'inventory product.warehouse',
    without: { product: { name: 'Merino Throw', warehouse: null } },
    whole: { product: { name: 'Merino Throw', warehouse: { city: 'Bologna' } } },
  },
  shipping: {
    query: '{ order(id: "o1") { items { quantity } shipment { carrier } } }',
    fault: 'shipping order.shipment',
    without: { order: { items: [{ quantity: 2 }], shipment: null } },
    whole: { order: { items: [{ quantity: 2 }], shipment: { carrier: 'Loom Express' } } },
  },
  orders: {
    query: '{ order(id: "o1") { items { quantity } } user(id: "u1") { name } }',
    fault: 'orders order',
    without: { order: null, user: { name: 'Ada Abend' } },
    whole: { order: { items: [{ quantity: 2 }] }, user: { name: 'Ada Abend' } },
  },
};

const services = Object.keys(cases) as ShopService[];

describe('a gateway without one of its services', () => {
  it.each(services)('starts without %s, serves the rest, and has it back as soon as it is there', async (name) => {
    const { query, fault, without, whole } = cases[name];
    const { ask, start, stop } = await openShopGateway({ down: [name] });

    const early = await ask(query);
    expect(faultsOf(early)).toEqual([`UPSTREAM_UNAVAILABLE ${fault}`]);
    expect({ status: early.status, data: early.body.data }).toEqual({ status: 200, data: without });
    expect(JSON.stringify(early.body)).not.toMatch(/127\.0\.0\.1|ECONN|localhost|\.ts/);

    await start(name);
    await expect.poll(async () => (await ask(query)).body, { timeout: 15_000 }).toEqual({ data: whole });

    await stop(name);
    await expect.poll(async () => (await ask(query)).body.data, { timeout: 15_000 }).toEqual(without);
    await start(name);
    await expect.poll(async () => (await ask(query)).body, { timeout: 15_000 }).toEqual({ data: whole });
  });

  it('starts without any, and says which one is missing where', async () => {
    const { ask, gateway } = await openShopGateway({ down: services });
    expect((await gateway.request('/ready')).status).toBe(200);
    expect((await ask('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
    const answer = await ask('{ user(id: "u1") { name } product(sku: "SKU-0001") { name } order(id: "o1") { id } }');
    expect(answer.body.data).toEqual({ user: null, product: null, order: null });
    expect(faultsOf(answer).toSorted()).toEqual([
      'UPSTREAM_UNAVAILABLE accounts user',
      'UPSTREAM_UNAVAILABLE catalog product',
      'UPSTREAM_UNAVAILABLE orders order',
    ]);
  });
});
