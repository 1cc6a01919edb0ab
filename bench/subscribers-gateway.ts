// The gateway of bench/subscribers.ts: its config is its argument, its subgraphs' schemas are SDL.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigInput } from '../src/config/schema.ts';
import { createGateway } from '../src/edge/create-gateway.ts';

const config = JSON.parse(process.argv[2] ?? '{}') as ConfigInput;
const folder = mkdtempSync(join(tmpdir(), 'selvedge-subscribers-'));
const subgraphs = Object.entries(config.graph.subgraphs ?? {}).map(([name, subgraph]) => {
  const schema = join(folder, `${name}.graphql`);
  writeFileSync(schema, String(subgraph.schema));
  return [name, { ...subgraph, schema }] as const;
});
const gateway = await createGateway({ ...config, graph: { subgraphs: Object.fromEntries(subgraphs) } });
const { url } = await gateway.listen();
process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send?.({ heapMb: heapUsed / 1e6, rssMb: rss / 1e6, cpuMs: (user + system) / 1000 });
});
process.send?.(url);
