import type { ConfigPath } from './config-source.ts';
import type { Config } from './schema.ts';

type Finding = { readonly path: ConfigPath; readonly message: string; readonly remedy: string };

/** What is kept in one process, and so can't be where there are several. */
export function findWorkerFaults({ workers, graph }: Config): Finding[] {
  if (workers === 1) return [];
  const found: Finding[] = [];
  if (graph.registry !== undefined) {
    found.push({
      path: ['workers'],
      message: 'graph.registry and several workers: what is published would reach only the worker that took it.',
      remedy: 'Set workers: 1 where the gateway carries a registry.',
    });
  }
  return [...found, ...Object.entries(graph.subgraphs ?? {}).flatMap(([name, subgraph]) => findBuses(name, subgraph))];
}

type SubgraphConfig = NonNullable<Config['graph']['subgraphs']>[string];

function findBuses(name: string, { url, sources }: SubgraphConfig): Finding[] {
  const at = ['graph', 'subgraphs', name];
  const urls = [
    { path: [...at, 'url'], url },
    ...Object.entries(sources ?? {}).map(([key, source]) => ({
      path: [...at, 'sources', key, 'url'],
      url: source.url,
    })),
  ];
  return urls
    .filter((entry) => entry.url?.startsWith('memory:'))
    .map(({ path }) => ({
      path,
      message: `${path.join('.')}: memory: is a bus within one process, and there are several workers.`,
      remedy: 'Use a broker, or set workers: 1.',
    }));
}
