import type { Contracts } from './contracts.ts';
import type { Config } from '../config/schema.ts';
import { readGraphInputs } from '../config/graph-inputs.ts';
import type { Log } from '../observability/log.ts';
import { createRegistry } from '../registry/registry.ts';
import { composeGraph, type LoadedGraph } from './load-graph.ts';

/** The registry that this gateway carries. */
export type OpenRegistry = {
  /** What is to be served: the stored graph, or the config's subgraphs that seed an empty store; undefined if there are none. */
  readonly graph: LoadedGraph | undefined;
  /** Answers the HTTP API under `/registry/v1`. */
  readonly handle: (request: Request) => Promise<Response>;
  readonly close: () => Promise<void>;
};

type RegistrySettings = {
  readonly log: Log;
  readonly serve: (graph: LoadedGraph) => Promise<void>;
  readonly contracts: Contracts;
};

/** Opens the store of `graph.registry`. `serve` is awaited before a publication is answered; where it rejects, nothing changes. */
export async function openRegistry(
  config: Config,
  { log, serve, contracts }: RegistrySettings,
): Promise<OpenRegistry | undefined> {
  const settings = config.graph.registry;
  if (settings === undefined) return undefined;
  const registry = createRegistry<LoadedGraph>({
    ...settings,
    compose: composeGraph,
    onPublish: ({ graph }) => serve(graph),
    log,
  });
  try {
    const inputs = await readGraphInputs(config);
    const isNeeded = registry.current() === undefined;
    const seeded = await registry.seed(isNeeded ? await contracts.complete(inputs, config) : inputs);
    return { graph: seeded?.graph, handle: registry.handle, close: registry.close };
  } catch (error) {
    await registry.close();
    throw error;
  }
}
