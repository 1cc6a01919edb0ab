import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBroker } from '../../examples/broker.ts';
import { STREAM_SERVICES } from '../gateway/stream-services.ts';
import type { TestSubgraph } from '../gateway/test-gateway.ts';
import { startTestServer } from '../sources/http/test-server.ts';
import { createFolder, startCommand } from './command.ts';

const rest = `type Query { a: Int @rest(GET: "/a") }
  type Subscription { sold(shop: ID!): Product @rest(GET: "/shops/{shop}/sold") }
  type Product { sku: ID! price: Int }`;

async function startCall(
  { sdl, ...subgraph }: TestSubgraph,
  files: Readonly<Record<string, string>>,
  args: readonly string[],
) {
  const config = { graph: { subgraphs: { sales: { schema: 'sales.graphql', ...subgraph } } } };
  const cwd = await createFolder({ ...files, 'sales.graphql': sdl, 'selvedge.yaml': JSON.stringify(config) });
  return startCommand(['call', ...args], { cwd });
}

async function startShop(text: string) {
  const { url } = await startTestServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(text);
    if (!text.includes('sku":"c')) response.end();
  });
  return { sdl: rest, url };
}

const events = 'id: 7\ndata: {"sku":"a","price":3,"token":"s3cret"}\n\ndata: {broken\n\ndata: {"sku":"c"}\n\n';
const shop = ['Subscription.sold', '--args', '{"shop":"x/y"}'];

describe('selvedge call of a field of Subscription', () => {
  it('shows what is sent, and the first event with what becomes of it', async () => {
    const command = await startCall(await startShop(events), {}, shop);
    const { code, stdout, stderr } = await command.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('→ GET /shops/x%2Fy/sold\n');
    expect(stdout).toMatch(/← HTTP 200\n[^←]+← event 1\n {2}cursor: Nw\n\n/);
    expect(stdout).toContain('= {\n  "sku": "a",\n  "price": 3\n}');
    expect(stdout).not.toContain('s3cret');
    expect(stdout).not.toContain('event 2');
  });

  it('gives machines a line for each event, and ends with the failure of the first that cannot be used', async () => {
    const command = await startCall(await startShop(events), {}, [...shop, '--events', '3', '--json']);
    const { code, stdout } = await command.ended;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(code).toBe(3);
    expect(lines).toMatchObject([
      { subgraph: 'sales' },
      { wire: { direction: 'sent', line: 'GET /shops/x%2Fy/sold' } },
      { wire: { direction: 'received', line: 'HTTP 200' } },
      { event: { sku: 'a', price: 3 }, cursor: 'Nw', value: { sku: 'a', price: 3 }, errors: [] },
      { cursor: 'Nw', value: null, errors: [{ code: 'UPSTREAM_BAD_RESPONSE', path: ['sold'] }] },
      { event: { sku: 'c' }, value: { sku: 'c', price: null }, errors: [] },
      { error: { message: 'UPSTREAM_BAD_RESPONSE  The service answered what cannot be used.' } },
    ]);
  });

  it('says when the stream ends before that, and fails with what ends it', async () => {
    const ended = await (
      await startCall(await startShop('data: {"sku":"a"}\n\n'), {}, [...shop, '--events', '2'])
    ).ended;
    expect(ended).toMatchObject({ code: 0, stderr: 'The stream has ended after 1 of 2 events.\n' });
    const gone = await (await startCall({ sdl: rest, url: 'http://127.0.0.1:9' }, {}, shop)).ended;
    expect(gone.code).toBe(3);
    expect(gone.stderr).toMatch(/UPSTREAM_UNAVAILABLE {2}The service could not be reached\. .*ECONNREFUSED/);
  });

  it('ends in order at Ctrl-C', async () => {
    const command = await startCall(await startShop(events), {}, [...shop, '--events', '9']);
    await command.says('event 3');
    command.kill('SIGINT');
    expect((await command.ended).code).toBe(3); // the second event could not be used
  });

  it('shows the messages of a gRPC stream', async () => {
    const service = await STREAM_SERVICES['gRPC']?.();
    const sales = service?.subgraphs['sales'];
    if (service === undefined || sales === undefined) throw new Error('There is no service.');
    const command = await startCall(sales, service.files ?? {}, ['Subscription.sold', '--events', '2']);
    await expect.poll(() => service.size()).toBe(1);
    service.sell('a');
    service.sell('b');
    const { code, stdout } = await command.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('→ /sales.Sales/Watch');
    expect(stdout).toMatch(/"sku": "a"[^]+← event 2[^]+"sku": "b"/);
  });

  it('shows the messages of a topic', async () => {
    const broker = await startBroker({ port: 0 });
    const client = await connectAsync(broker.url);
    onTestFinished(async () => {
      await client.endAsync();
      await broker.close();
    });
    const sdl = `type Query { a: Int @request(topic: "a") } type Product { sku: ID! }
      type Subscription { sold(shop: ID!): Product @subscribe(topic: "shops.{shop}.sold") }`;
    const command = await startCall({ sdl, url: broker.url }, {}, ['Subscription.sold', '--args', '{"shop":"x"}']);
    let isOver = false;
    const ended = command.ended.finally(() => (isOver = true));
    await expect
      .poll(async () => {
        await client.publishAsync('shops/x/sold', '{"sku":"a"}');
        return isOver;
      })
      .toBe(true);
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(stdout).toContain('→ subscribe shops.x.sold');
    expect(stdout).not.toContain('$selvedge');
    expect(stdout).toContain('← event 1');
    expect(stdout).toContain('= {\n  "sku": "a"\n}');
  });
});
