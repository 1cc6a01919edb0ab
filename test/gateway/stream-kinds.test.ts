import { afterEach, describe, expect, it, vi } from 'vitest';
import { startFederatedService } from './federated-service.ts';
import type { EventStream } from './open-event-stream.ts';
import { STREAM_CLIENTS } from './stream-clients.ts';
import { STREAM_SERVICES } from './stream-services.ts';
import { openTestGateway, type TestSettings } from './test-gateway.ts';

const named = (sku: string) => ({ data: { sold: { sku, name: `Product ${sku}` } } });

/** A client over each transport, of one subscription whose events a second service completes. */
async function subscribeTo(kind: string) {
  const service = await STREAM_SERVICES[kind]?.();
  if (service === undefined) throw new Error(`There is no ${kind}.`);
  const held = Promise.withResolvers<void>();
  const asked: string[] = [];
  const catalog = await startFederatedService(
    'type Query { b: Int } type Product @key(fields: "sku") { sku: ID! name: String }',
    {
      entity: async ({ sku }) => {
        asked.push(String(sku));
        if (sku === 'bad') throw new Error('The product cannot be found.');
        if (sku === 'held') await held.promise;
        return { name: `Product ${String(sku)}` };
      },
    },
  );
  const settings: TestSettings = {
    subgraphs: { ...service.subgraphs, catalog: catalog.subgraph },
    ...(service.files === undefined ? {} : { files: service.files }),
    config: { traffic: { subgraphs: { sales: { subscriptions: service.subscriptions ?? {} } } } },
  };
  const { listen, reload, gateway } = await openTestGateway(settings);
  const url = await listen();
  const query = 'subscription { sold { sku name } }';
  const clients = await Promise.all(Object.values(STREAM_CLIENTS).map((open) => open(url, { query })));
  let warm = 0;
  for (const client of clients) void client.next().then(() => (warm += 1));
  await expect
    .poll(() => {
      service.sell('warm'); // who joins a stream is given the events from then on
      return warm;
    })
    .toBe(clients.length);
  const nextOf = async (client: EventStream): Promise<unknown> => {
    let result = await client.next();
    while (JSON.stringify(result).includes('warm')) result = await client.next();
    return result;
  };
  const next = () => Promise.all(clients.map((client) => nextOf(client).catch((error: unknown) => error)));
  return { service, settings, next, reload, gateway, asked, held };
}

afterEach(() => void vi.useRealTimers());

const all = (result: unknown) => [result, result, result];

describe.each(Object.keys(STREAM_SERVICES))('clients over every transport of a subscription to %s', (kind) => {
  it('are given each event, whatever befalls one, over a new graph, and its end', async () => {
    const { service, settings, next, reload } = await subscribeTo(kind);
    service.sell('a');
    expect(await next()).toEqual(all(named('a')));
    service.sell('bad');
    const failed = { path: ['sold', 'name'], extensions: { code: 'UPSTREAM_ERROR', service: 'catalog' } };
    expect(await next()).toMatchObject(all({ data: { sold: { sku: 'bad', name: null } }, errors: [failed] }));
    if (service.poison !== undefined) {
      service.poison();
      const unusable = { path: ['sold'], extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'sales' } };
      expect(await next()).toMatchObject(all({ data: { sold: null }, errors: [unusable] }));
    }
    await reload({ ...settings, config: { ...settings.config, limits: { depth: 9 } } });
    service.sell('b');
    expect(await next()).toEqual(all(named('b')));
    if (service.end === undefined) return;
    service.end();
    expect(await next()).toEqual(all('end'));
    await expect.poll(() => service.size()).toBe(0);
  });

  it('are given the event that is being completed when the gateway closes, and told to come back', async () => {
    const { service, next, gateway, asked, held } = await subscribeTo(kind);
    const last = next();
    service.sell('held');
    await expect.poll(() => asked).toContain('held');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const closing = gateway.close();
    await vi.advanceTimersByTimeAsync(5000); // of the 30 s that it has to drain
    vi.useRealTimers();
    held.resolve();
    expect(await last).toEqual(all(named('held')));
    expect(await next()).toMatchObject([
      'end',
      { errors: [{ extensions: { code: 'SUBSCRIPTION_INTERRUPTED' } }] },
      { code: 1001 },
    ]);
    await closing;
    await expect.poll(() => service.size()).toBe(0);
  });
});
