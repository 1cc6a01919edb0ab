import type { Config } from '../config/schema.ts';
import type { OperationAnswer, OperationRequest } from '../model/http.ts';
import type { Log } from '../observability/log.ts';
import { createAuthenticator } from '../security/authenticator.ts';
import { createEngine, type Engine } from './engine.ts';
import { Generations } from './generations.ts';
import { handleOperation } from './handle-operation.ts';
import { type LoadedGraph, loadGraph } from './load-graph.ts';
import { openRegistry } from './open-registry.ts';

/** The stages joined: everything but HTTP. */
export type OpenGateway = {
  readonly handle: (request: OperationRequest) => Promise<OperationAnswer>;
  /** Answers the registry's HTTP API, where this gateway carries one. */
  readonly registry: ((request: Request) => Promise<Response>) | undefined;
  /** What is served; undefined until the first publication where a registry began empty. */
  readonly graph: () => LoadedGraph | undefined;
  /**
   * Builds a new engine beside the old one from the files as they are now, then swaps. Throws ProblemsError and changes
   * nothing if the graph is broken. A graph that comes from the gateway's own registry changes by publishing only.
   */
  readonly reload: (config: Config) => Promise<void>;
  /** Ends what still runs after `drainMs`, then closes connections to services. */
  readonly close: (drainMs: number) => Promise<void>;
};

/** Loads the graph and connects its services. Throws ProblemsError with everything that is wrong. */
export async function openGateway(config: Config, log: Log): Promise<OpenGateway> {
  const engines = new Generations<Engine>();
  const serve = async (graph: LoadedGraph, settings: Config): Promise<void> => {
    engines.swap(await createEngine(graph, { config: settings, log }));
  };
  const authenticator = createAuthenticator(config.auth, { log });
  await authenticator.start();
  const registry = await openRegistry(config, { log, serve: (graph) => serve(graph, config) });
  const close = async (drainMs: number): Promise<void> => {
    await engines.close(drainMs);
    await Promise.all([authenticator.close(), registry?.close()]);
  };
  try {
    const graph = registry === undefined ? await loadGraph(config) : registry.graph;
    if (graph !== undefined) await serve(graph, config);
  } catch (error) {
    await close(0);
    throw error;
  }
  const unmasked = config.mode === 'development';
  return {
    handle: (request) =>
      handleOperation(request, { engines, authenticator, log, unmasked, deadlineMs: config.traffic.deadline }),
    registry: registry?.handle,
    graph: () => engines.current?.graph,
    reload: async (next) => {
      const graph = registry === undefined ? await loadGraph(next) : engines.current?.graph;
      if (graph !== undefined) await serve(graph, next);
    },
    close,
  };
}
