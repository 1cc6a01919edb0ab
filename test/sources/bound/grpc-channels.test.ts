import { ServerCredentials } from '@grpc/grpc-js';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTestContext } from '../http/test-context.ts';
import { createCertificates } from './certificates.ts';
import { startStock, stockAt, type StockCall } from './stock-service.ts';

const { ca, server, client, remove } = createCertificates();
afterAll(remove);

const item = '{ item(sku: "A") { sku } }';
const found = { data: { item: { sku: 'A' } }, errors: [] };
const unreachable = { data: { item: null }, errors: ['UPSTREAM_UNAVAILABLE at item'] };

/** A service over TLS. `wantsClient`: it takes only callers whose certificate the authority has signed. */
async function startSecure({ wantsClient = false } = {}) {
  const pair = { private_key: server.key, cert_chain: server.cert };
  const seen: string[] = [];
  const { port } = await startStock(
    {
      get: (call: StockCall, answer) => {
        seen.push(call.getHost());
        answer(null, { sku: 'A' });
      },
    },
    { security: ServerCredentials.createSsl(ca, [pair], wantsClient) },
  );
  return { url: `grpcs://127.0.0.1:${port}`, seen };
}

const asked = async (url: string, tls: NonNullable<Parameters<typeof stockAt>[1]>['tls']) =>
  stockAt(url, { tls, traffic: { timeoutMs: 2000, retry: { attempts: 0 } } }).run(item);

describe('a service over TLS', () => {
  it('is asked where its certificate is signed by the authority that is given', async () => {
    const { url } = await startSecure();
    expect(await asked(url, { ca })).toMatchObject(found);
  });

  it('is not asked where nobody known has signed its certificate', async () => {
    const { url, seen } = await startSecure();
    const { raw, ...answer } = await asked(url, undefined);
    expect(answer).toEqual(unreachable);
    expect(raw[0]).toMatchObject({ retry: 'not-sent', detail: expect.stringMatching(/certificate/i) as string });
    expect(seen).toEqual([]);
  });

  it('is asked under the name that its certificate has, where that is given', async () => {
    const { url, seen } = await startSecure();
    expect(await asked(url, { ca, serverName: 'stock.internal' })).toMatchObject(found);
    expect(seen).toEqual(['stock.internal']);
    expect(await asked(url, { ca, serverName: 'other.internal' })).toMatchObject(unreachable);
  });

  it('knows who calls where the gateway has a certificate', async () => {
    const { url } = await startSecure({ wantsClient: true });
    expect(await asked(url, { ca, cert: client.cert, key: client.key })).toMatchObject(found);
    expect(await asked(url, { ca })).toMatchObject(unreachable);
  });

  it('is not asked in plain text', async () => {
    const { url } = await startSecure();
    expect(await asked(url.replace('grpcs', 'grpc'), undefined)).toMatchObject({ data: { item: null } });
  });
});

describe('streams', () => {
  it('are two hundred and fifty at once without keeping a call waiting, and leave nothing behind', async () => {
    const open = new Set<unknown>();
    const { url, server: grpcServer } = await startStock({
      watch: (call) => {
        open.add(call);
        call.on('cancelled', () => open.delete(call));
        call.write({ sku: 'A' });
      },
      get: (_, answer) => answer(null, { sku: 'A' }),
    });
    expect(grpcServer).toBeDefined();
    const stock = stockAt(url);
    const context = createTestContext({ deadlineMs: Infinity });
    const streams = Array.from({ length: 250 }, () =>
      stock.subscribe('subscription { watched(sku: "A") { sku } }', {}, context)[Symbol.asyncIterator](),
    );
    onTestFinished(() => context.cancellation.cancel(new Error('over')));
    await Promise.all(streams.map((stream) => stream.next()));
    expect(open.size).toBe(250);
    expect(await stock.run(item)).toMatchObject(found);
    context.cancellation.cancel(new Error('gone'));
    await Promise.all(streams.map((stream) => stream.next()));
    await expect.poll(() => open.size, { timeout: 20_000 }).toBe(0);
  });
});
