import { expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../../src/config/load-config.ts';
import type { Engine } from '../../src/gateway/engine.ts';
import { composeGraph } from '../../src/gateway/load-graph.ts';
import { createWarmEngine, type WarmOperation } from '../../src/gateway/warm-up.ts';
import { silentLog } from '../../src/observability/log.ts';

const anonymous = { kind: 'anonymous' } as const;

async function warmEngine(sdl: string, inUse: readonly WarmOperation[]): Promise<Engine> {
  const schema = [{ name: 'a.graphql', text: sdl }];
  const graph = await composeGraph([{ name: 'a', kind: 'auto', url: 'http://127.0.0.1:1', schema }]);
  const { config } = await parseConfig({ graph: { supergraph: 'bench/data/supergraph.graphql' } });
  const former = inUse.length === 0 ? undefined : ({ inUse: () => inUse } as unknown as Engine);
  const engine = await createWarmEngine(graph, { config, log: silentLog }, former);
  onTestFinished(() => engine.close());
  return engine;
}

const operation = (query: string, operationName?: string): WarmOperation => ({
  query,
  operationName,
  caller: anonymous,
});

it('has prepared what the engine before it was asked for last, and not what no longer fits', async () => {
  const both = 'query A { a } query B { b }';
  const engine = await warmEngine('type Query { a: Int b: Int }', [
    operation('{ a }'),
    operation('{ gone }'),
    operation(both, 'B'),
  ]);
  expect(engine.inUse(10).map(({ query, operationName }) => [query, operationName])).toEqual([
    [both, 'B'],
    ['{ a }', undefined],
  ]);
});

it('has prepared a sample where nothing was served before', async () => {
  const engine = await warmEngine('type Query { a: Int }', []);
  expect(engine.inUse(10).map(({ query }) => query)).toEqual([expect.stringContaining('{ __typename a }')]);
});

it('has prepared for each kind of caller, and keeps no claims', async () => {
  const caller = { kind: 'authenticated', claims: { email: 'ada@example.com' }, scopes: new Set<string>() } as const;
  const engine = await warmEngine('type Query { a: Int secret: Int @authenticated }', [
    operation('{ secret }'),
    { ...operation('{ secret }'), caller },
  ]);
  expect(engine.inUse(10).map((prepared) => prepared.caller)).toEqual([anonymous, { ...caller, claims: {} }]);
});
