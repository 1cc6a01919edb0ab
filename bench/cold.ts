// What is paid once: a first operation, ten thousand different ones, a start, a large graph. `npm run bench:cold`, which
// runs it with the options of V8 that `selvedge serve` gives itself.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startShop, shopPorts } from '../examples/shop.ts';
import { parseConfig } from '../src/config/load-config.ts';
import type { Config } from '../src/config/schema.ts';
import type { Engine } from '../src/gateway/engine.ts';
import { composeGraph, loadGraph } from '../src/gateway/load-graph.ts';
import { createWarmEngine } from '../src/gateway/warm-up.ts';
import { silentLog } from '../src/observability/log.ts';
import { readBenchData } from './graph-data.ts';
import { createLargeGraph } from './large-graph.ts';

const CALLER = { kind: 'anonymous' } as const;
const rows: [what: string, figure: string][] = [];

async function loadBenchConfig(): Promise<Config> {
  const { config } = await parseConfig({ graph: { supergraph: 'bench/data/supergraph.graphql' } });
  return config;
}

async function prepare(engine: Engine, query: string): Promise<void> {
  await engine.compile(engine.documents.read(query, undefined), CALLER);
}

/** CPU time of this process so far, all its threads, in milliseconds: on a machine that is not idle it says more than the clock. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** Parse, validate, plan and compile, on an engine that has been warmed up and has never seen the operation. */
async function measureFirstOperation(): Promise<void> {
  const config = await loadBenchConfig();
  const graph = await loadGraph(config);
  const times: number[] = [];
  let coldestCpu = 0;
  for (let round = 0; round < 21; round++) {
    const engine = await createWarmEngine(graph, { config, log: silentLog }, undefined);
    const [start, startCpu] = [performance.now(), cpu()];
    await prepare(engine, readBenchData('main.graphql'));
    times.push(performance.now() - start);
    if (round === 0) coldestCpu = cpu() - startCpu;
    await engine.close();
  }
  const [coldest = 0, ...rest] = times;
  rows.push([
    'first time of `main` in a process: parse, validate, plan, compile',
    `${ms(coldest)} (CPU ${ms(coldestCpu)})`,
  ]);
  rows.push(['… on a warm process, median of 20', ms(rest.toSorted((a, b) => a - b)[10] ?? 0)]);
}

/** Different operations in a row, as a fleet of clients sends them; the loop runs between two. */
async function measureDistinctOperations(count: number): Promise<void> {
  const config = await loadBenchConfig();
  const engine = await createWarmEngine(await loadGraph(config), { config, log: silentLog }, undefined);
  const query = readBenchData('main.graphql');
  for (let index = 0; index < 200; index++) await prepare(engine, query.replace('TestQuery', `Warm${index}`));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const heap = process.memoryUsage().heapUsed;
  delay.enable();
  const [start, startCpu] = [performance.now(), cpu()];
  for (let index = 0; index < count; index++) {
    await prepare(engine, query.replace('TestQuery', `Query${index}`));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [elapsed, spent] = [performance.now() - start, cpu() - startCpu];
  delay.disable();
  globalThis.gc?.();
  rows.push([
    `${count.toLocaleString('en')} different operations like \`main\`, each`,
    `${ms(elapsed / count)} (CPU ${ms(spent / count)})`,
  ]);
  rows.push(['… longest stall of the event loop', ms(delay.max / 1e6)]);
  rows.push(['… growth of the heap', `${((process.memoryUsage().heapUsed - heap) / 1e6).toFixed(0)} MB`]);
  await engine.close();
}

/** From exec to the first answer, over the shop whose services run already. */
async function measureStart(): Promise<void> {
  const shop = await startShop({ ports: shopPorts });
  const times: number[] = [];
  try {
    for (let round = 0; round < 5; round++) {
      const start = performance.now();
      const gateway = spawn(process.execPath, [
        'dist/cli/main.js',
        'serve',
        '--config',
        'selvedge.yaml',
        '--port',
        '4399',
      ]);
      await firstAnswer('http://127.0.0.1:4399/graphql', gateway);
      times.push(performance.now() - start);
      const exited = once(gateway, 'exit');
      gateway.kill('SIGTERM');
      await exited;
    }
  } finally {
    await shop.close();
  }
  rows.push([
    '`selvedge serve` of the shop, from exec to the first answer, median of 5',
    ms(times.toSorted((a, b) => a - b)[2] ?? 0),
  ]);
}

async function firstAnswer(url: string, gateway: ChildProcess): Promise<void> {
  const body = JSON.stringify({ query: '{ products(limit: 3) { name inStock } }' });
  while (gateway.exitCode === null) {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(
      () => null,
    );
    if (response?.ok === true && !(await response.text()).includes('"errors"')) return;
  }
  throw new Error(`The gateway ended with ${gateway.exitCode}.`);
}

async function measureLargeGraph(): Promise<void> {
  const size = { subgraphs: 150, types: 5000 };
  const inputs = createLargeGraph(size);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const [start, startCpu] = [performance.now(), cpu()];
  const graph = await composeGraph(inputs);
  const spent = cpu() - startCpu;
  const composed = performance.now();
  delay.disable();
  const { config } = await parseConfig({ graph: { supergraph: 'bench/data/supergraph.graphql' } });
  const engine = await createWarmEngine(graph, { config, log: silentLog }, undefined);
  const ready = performance.now();
  // Type T102 is the first of subgraph s3; each `next` is another type, now and then in another subgraph.
  await prepare(engine, '{ items3 { name102 next102 { name103 far103 { id } } seenBy2 } }');
  const planned = performance.now();
  await engine.close();
  rows.push([
    `${size.subgraphs} subgraphs with ${size.types.toLocaleString('en')} types: read and composed`,
    `${ms(composed - start)} (CPU ${ms(spent)})`,
  ]);
  rows.push(['… longest stall of the event loop meanwhile', ms(delay.max / 1e6)]);
  rows.push(['… engine ready (planner, API schema)', ms(ready - composed)]);
  rows.push(['… first operation', ms(planned - ready)]);
}

const parts = [measureFirstOperation, () => measureDistinctOperations(10_000), measureLargeGraph, measureStart];
for (const measure of parts) {
  await measure();
  for (const [what, figure] of rows.splice(0)) console.log(`| ${what} | ${figure} |`);
}
