import { once } from 'node:events';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memoryBus } from '../../src/sources/bound/brokers/memory.ts';
import { startTestServer, json } from '../sources/http/test-server.ts';
import { openEventStream } from './open-event-stream.ts';
import { openShopGateway, shopConfig, type ShopService } from './shop-gateway.ts';
import { openTestGateway, postOf } from './test-gateway.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Opens the gateway of a config, uses it, closes it, and says what is left. The process must then end by itself. */
const program = `
import { createGateway } from './src/index.ts';
const { config, queries } = JSON.parse(process.argv[1]);
const gateway = await createGateway(config);
const { url } = await gateway.listen();
const answers = [];
for (const query of queries) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query }),
  });
  answers.push(await response.json());
}
const stream = await fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
  body: JSON.stringify({ query: 'subscription { shipmentUpdated(orderId: "o1") { id } }' }),
});
await gateway.reload();
await gateway.close();
await stream.text();
const leftOpen = () => process.getActiveResourcesInfo().filter((kind) => !/^(Pipe|TTY)Wrap$/.test(kind));
// What a few turns of the event loop end by themselves is not left open.
for (let turn = 0; turn < 5 && leftOpen().length > 0; turn += 1) await new Promise(setImmediate);
console.log(JSON.stringify({ answers, left: leftOpen() }));
`;

async function runProgram(input: object) {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--input-type=module', '--eval', program, JSON.stringify(input)],
    { cwd: ROOT, env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1' } },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  return JSON.parse(stdout) as { readonly answers: readonly object[]; readonly left: readonly string[] };
}

const queries = [
  '{ user(id: "u1") { name orders { items { product { name inStock } } shipment { carrier } isOverdue } } }',
  '{ storefront(userId: "u2") { greeting } }',
];

describe('gateway.close', () => {
  it('leaves nothing open: the process of a gateway over every kind of service ends by itself', async () => {
    const { ports } = await openShopGateway({ down: [] });
    const { answers, left } = await runProgram({ config: shopConfig(ports), queries });
    expect(answers).toEqual([
      { data: { user: expect.objectContaining({ name: 'Ada Abend' }) } },
      { data: { storefront: { greeting: 'Welcome back, Aisha!' } } },
    ]);
    expect(left).toEqual([]);
  });

  it('leaves nothing open where no service is there', async () => {
    const down: readonly ShopService[] = ['accounts', 'catalog', 'inventory', 'shipping', 'orders'];
    const { ports, gateway } = await openShopGateway({ down });
    await gateway.close();
    // A connection that is being refused may still be there for an instant: that the process ends says enough.
    const { answers } = await runProgram({ config: shopConfig(ports), queries });
    expect(answers).toEqual([{ data: { user: null }, errors: expect.any(Array) }, expect.any(Object)]);
  });

  it('lets open requests end, takes no new ones, and ends streams', async () => {
    const opened = Promise.withResolvers<void>();
    const server = await startTestServer((_, response) => {
      void opened.promise.then(() => json(response, { data: { item: 'late' } }));
    });
    const url = 'memory:closing';
    const { gateway, listen } = await openTestGateway({
      subgraphs: {
        items: { sdl: 'type Query { item: String }', url: server.url },
        news: { sdl: 'type Subscription { news: String! @subscribe(topic: "news") }', url },
      },
    });
    const at = await listen();
    const stream = await openEventStream(at, 'subscription { news }');
    await expect.poll(() => memoryBus(url).send({ topic: 'news', body: '"hello"' })).toBe(1);
    expect(await stream.next()).toEqual({ data: { news: 'hello' } });
    const asking = fetch(at, postOf({ query: '{ item }' }));
    await expect.poll(() => server.received.length).toBe(1);
    const closing = gateway.close();
    await expect(fetch(at, postOf({ query: '{ item }' }))).rejects.toThrow('fetch failed');
    expect((await gateway.request('/ready')).status).toBe(503);
    opened.resolve();
    expect(await (await asking).json()).toEqual({ data: { item: 'late' } });
    await closing;
    expect(await stream.next()).toBe('end');
    expect(memoryBus(url).send({ topic: 'news', body: '""' })).toBe(0);
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('does not wait for a client that does not read its stream', async () => {
    const url = 'memory:unread';
    const bus = memoryBus(url);
    const items = { sdl: 'type Query { item: String }', url: 'http://127.0.0.1:1' };
    const news = { sdl: 'type Subscription { news: String! @subscribe(topic: "news") }', url };
    const { gateway, reload } = await openTestGateway({ subgraphs: { items, news } });
    const response = await gateway.request('/graphql', {
      ...postOf({ query: 'subscription { news }' }, { accept: 'text/event-stream' }),
    });
    const send = (): number => bus.send({ topic: 'news', body: '"unread"' });
    await expect.poll(send).toBe(1);
    send();
    await reload({ subgraphs: { items, news } });
    await gateway.close({ drainMs: 0 });
    expect(send()).toBe(0);
    expect(await response.text()).not.toContain('event: complete'); // so that clients subscribe again
  });

  it('does not wait for the answer of a service longer than it is told to', async () => {
    const server = await startTestServer(() => {});
    const { gateway, listen } = await openTestGateway({
      subgraphs: { items: { sdl: 'type Query { item: String }', url: server.url } },
    });
    const asking = expect(fetch(await listen(), postOf({ query: '{ item }' }))).rejects.toThrow('fetch failed');
    await expect.poll(() => server.received.length).toBe(1);
    await gateway.close({ drainMs: 0 });
    await asking;
    await expect.poll(() => server.sockets.size).toBe(0);
  });
});
