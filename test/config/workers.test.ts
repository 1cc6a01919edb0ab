import { describe, expect, it } from 'vitest';
import { tryConfig } from './config-folder.ts';

const graph = 'graph: { subgraphs: { a: { schema: a.graphql, url: "http://a" } } }\n';

async function readWorkers(settings: string, env: Record<string, string> = {}) {
  const { loaded, problems } = await tryConfig(
    { 'a.graphql': 'type Query { a: Int }', 'selvedge.yaml': settings },
    { env },
  );
  return { workers: loaded?.config.workers, problems };
}

describe('workers', () => {
  it.each([
    ['', {}, 1],
    ['workers: 1\n', {}, 1],
    ['workers: 256\n', {}, 256],
    ['workers: auto\n', {}, 'auto'],
    ['workers: ${WORKERS:-auto}\n', {}, 'auto'],
    ['workers: ${WORKERS:-auto}\n', { WORKERS: '4' }, 4],
  ])('is read from %j with %j', async (line, env, workers) => {
    expect(await readWorkers(line + graph, env)).toEqual({ workers, problems: [] });
  });

  it.each(['0', '-1', '1.5', '257', 'many', 'true', '"2"'])('can not be %s', async (value) => {
    const { problems } = await readWorkers(`workers: ${value}\n${graph}`);
    expect(problems).toEqual([
      expect.stringContaining('CONFIG_INVALID_VALUE  workers: expected a whole number from 1 to 256, or auto'),
    ]);
  });

  it.each(['2', 'auto'])('can not be %s where the gateway carries a registry', async (value) => {
    const { problems } = await readWorkers(`workers: ${value}
graph: { registry: { store: "sqlite:./s.db", token: "0123456789abcdef" } }
`);
    expect(problems).toEqual([
      `selvedge.yaml:1:10  CONFIG_CONTRADICTION  graph.registry and several workers: what is published would reach only the worker that took it.
    Set workers: 1 where the gateway carries a registry.`,
    ]);
  });

  it('can not be several where a subgraph or a source of one is on the bus of the process', async () => {
    const { problems } = await readWorkers(`workers: 2
graph:
  subgraphs:
    a: { schema: a.graphql, url: "memory:" }
    b: { schema: a.graphql, url: "http://b", sources: { bus: { url: "memory:x" } } }
`);
    const rest =
      'memory: is a bus within one process, and there are several workers.\n    Use a broker, or set workers: 1.';
    expect(problems).toEqual([
      `selvedge.yaml:4:34  CONFIG_CONTRADICTION  graph.subgraphs.a.url: ${rest}`,
      `selvedge.yaml:5:69  CONFIG_CONTRADICTION  graph.subgraphs.b.sources.bus.url: ${rest}`,
    ]);
  });

  it('is 1 beside a registry and the bus of the process', async () => {
    const { problems } = await readWorkers(`workers: 1
graph:
  registry: { store: "sqlite:./s.db", token: "0123456789abcdef" }
  subgraphs: { a: { schema: a.graphql, url: "memory:" } }
`);
    expect(problems).toEqual([]);
  });
});
