// Mixed load for a long time: memory and handles must stay flat. `npm run bench:soak -- --minutes 60 --rate 100`.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Shop, startShop } from '../examples/shop.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '100' },
    samples: { type: 'string', default: '12' },
  },
});
const durationMs = Number(values.minutes) * 60_000;
const rate = Number(values.rate);

type Soak = { readonly url: string; readonly token: string; readonly pid: number };
type Counts = { asked: number; wrong: number; events: number };

const counts: Counts = { asked: 0, wrong: 0, events: 0 };

/** What clients do: common queries, ever new ones, wrong ones, mutations, and some that leave before their answer. */
const scenes: ((soak: Soak, turn: number) => Promise<void>)[] = [
  (soak) =>
    expectData(
      soak,
      '{ me { name orders { id items { quantity product { name inStock } } shipment { status } isOverdue } } }',
    ),
  (soak) => expectData(soak, '{ products(limit: 50) { sku name inStock warehouse { city } } }'),
  (soak, turn) =>
    expectData(
      soak,
      `query Distinct${turn} { product(sku: "SKU-0${String(turn % 300).padStart(3, '0')}") { name } storefront(userId: "u${(turn % 200) + 1}") { greeting } }`,
    ),
  (soak, turn) => ask(soak, { query: `{ nope${turn} }` }).then(() => {}),
  (soak, turn) => ask(soak, { query: '{ product(sku: 7' + turn + ' }' }).then(() => {}),
  (soak) => expectData(soak, 'mutation { addReview(sku: "SKU-0009", input: { rating: 4, text: "Good." }) { rating } }'),
  (soak) => leaveEarly(soak, '{ products(limit: 100) { name reviews { text author { name } } } }'),
  (soak) => readEvents(soak, 'subscription { stockChanged { quantity product { name } } }'),
];

async function ask({ url, token }: Soak, body: unknown, signal?: AbortSignal): Promise<string> {
  counts.asked += 1;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  return response.text();
}

async function expectData(soak: Soak, query: string): Promise<void> {
  const text = await ask(soak, { query });
  if (!text.includes('"data"') || text.includes('"errors"')) {
    counts.wrong += 1;
    if (counts.wrong < 5) console.error(text.slice(0, 300));
  }
}

async function leaveEarly(soak: Soak, query: string): Promise<void> {
  const leaving = new AbortController();
  setTimeout(() => leaving.abort(), 3);
  await ask(soak, { query }, leaving.signal).catch(() => '');
}

async function readEvents({ url, token }: Soak, query: string): Promise<void> {
  const leaving = new AbortController();
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` };
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  });
  for await (const chunk of response.body ?? []) {
    if (!Buffer.from(chunk).includes('data: {')) continue;
    counts.events += 1;
    break;
  }
  leaving.abort();
}

function sample(pid: number): { rssMb: number; handles: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1000, handles: readdirSync(`/proc/${pid}/fd`).length };
}

async function startGateway(shop: Shop, folder: string): Promise<{ child: ChildProcess; url: string }> {
  const config = readFileSync(join(ROOT, 'selvedge.yaml'), 'utf8')
    .replace('port: 4000', 'port: 0')
    .replaceAll('./schemas', join(ROOT, 'schemas'))
    .replaceAll('./resolvers', join(ROOT, 'resolvers'))
    .replaceAll('http://127.0.0.1:4101', shop.urls.accounts)
    .replaceAll('http://127.0.0.1:4102', shop.urls.catalog)
    .replaceAll('grpc://127.0.0.1:4103', shop.urls.inventory)
    .replaceAll('mqtt://127.0.0.1:4104', shop.urls.shipping)
    .replaceAll('http://127.0.0.1:4105/graphql', shop.urls.orders)
    .replace('mode: development', 'mode: production');
  const file = join(folder, 'selvedge.yaml');
  writeFileSync(file, config);
  const args = ['--conditions=source', join(ROOT, 'src/cli/main.ts'), 'serve', '--config', file, '--json'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, url: (JSON.parse(line.toString()) as { url: string }).url };
}

async function askToken(accounts: string): Promise<string> {
  const body = JSON.stringify({ userId: 'u1', scopes: [] });
  const response = await fetch(`${accounts}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function run(soak: Soak): Promise<void> {
  const start = performance.now();
  const everyMs = durationMs / Number(values.samples);
  let turn = 0;
  let nextSampleMs = 0;
  console.log('| minute | requests | wrong | events | memory, MB | handles |\n| --- | --- | --- | --- | --- | --- |');
  for (;;) {
    const elapsed = performance.now() - start;
    if (elapsed >= nextSampleMs) {
      const { rssMb, handles } = sample(soak.pid);
      console.log(
        `| ${(elapsed / 60_000).toFixed(1)} | ${counts.asked} | ${counts.wrong} | ${counts.events} | ${rssMb.toFixed(0)} | ${handles} |`,
      );
      nextSampleMs += everyMs;
    }
    if (elapsed >= durationMs) return;
    turn += 1;
    const scene = scenes[turn % scenes.length];
    void scene?.(soak, turn).catch((error: unknown) => {
      counts.wrong += 1;
      if (counts.wrong < 5) console.error(error);
    });
    await new Promise((resolve) => setTimeout(resolve, 1000 / rate));
  }
}

const folder = mkdtempSync(join(tmpdir(), 'selvedge-soak-'));
const shop = await startShop({ ports: { accounts: 0, catalog: 0, inventory: 0, shipping: 0, orders: 0 } });
const { child, url } = await startGateway(shop, folder);
try {
  await run({ url, token: await askToken(shop.urls.accounts), pid: child.pid ?? 0 });
} finally {
  child.kill('SIGTERM');
  await once(child, 'exit');
  await shop.close();
  rmSync(folder, { recursive: true, force: true });
}
