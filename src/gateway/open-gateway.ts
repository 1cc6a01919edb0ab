import { Contracts } from './contracts.ts';
import type { Config } from '../config/schema.ts';
import type { OperationAnswer, OperationRequest } from '../model/http.ts';
import type { ReadHeader } from '../model/request-context.ts';
import type { Log } from '../observability/log.ts';
import { createSharedKeySets } from '../security/shared-key-sets.ts';
import { ServiceSchemas } from '../sources/local/service-schemas.ts';
import type { Tape } from '../traffic/tape.ts';
import type { Engine } from './engine.ts';
import { Generations } from './generations.ts';
import { handleOperation } from './handle-operation.ts';
import { type LoadedGraph, loadGraph } from './load-graph.ts';
import { type OpenRegistry, openRegistry } from './open-registry.ts';
import { openTape, type TapeOptions } from './open-tape.ts';
import { createRequestIds } from './request-ids.ts';
import { refuseUnfollowed } from './refuse-unfollowed.ts';
import { createWarmEngine } from './warm-up.ts';

/** The stages joined: everything but HTTP. */
export type OpenGateway = {
  readonly handle: (request: OperationRequest) => Promise<OperationAnswer>;
  /** Whether a caller with these headers is let in. Rejects with UNAUTHENTICATED or AUTHENTICATION_UNAVAILABLE. */
  readonly admit: (header: ReadHeader) => Promise<void>;
  /** Answers the registry's HTTP API, where this gateway carries one. */
  readonly registry: ((request: Request) => Promise<Response>) | undefined;
  /** What is served; undefined until the first publication where a registry began empty. */
  readonly graph: () => LoadedGraph | undefined;
  /** The config that is followed now. */
  readonly config: () => Config;
  /**
   * Builds a new engine beside the old one from the files as they are now, then swaps. Throws ProblemsError and changes
   * nothing if the graph is broken, or a setting can't change while running. A graph that comes from the gateway's own
   * registry changes by publishing only.
   */
  readonly reload: (config: Config) => Promise<void>;
  /** Ends what still runs after `drainMs`, then closes connections to services. */
  readonly close: (drainMs: number) => Promise<void>;
};

/** Loads the graph and connects its services. Throws ProblemsError with everything that is wrong, and leaves nothing open. */
export async function openGateway(config: Config, log: Log, taping: TapeOptions = {}): Promise<OpenGateway> {
  const engines = new Generations<Engine>((error) =>
    log('warn', 'What was served before could not be closed.', { error }),
  );
  const settings: { config: Config; tape: Tape | undefined } = { config, tape: undefined };
  const contracts = new Contracts(log);
  const openKeySet = createSharedKeySets({ log });
  const schemas = new ServiceSchemas();
  const build = (graph: LoadedGraph, next: Config, current: Engine | undefined): Promise<Engine> =>
    createWarmEngine(graph, { ...settings, config: next, log, openKeySet, schemas }, current);
  const serve = (graph: LoadedGraph): Promise<void> =>
    engines.replace((current) => build(graph, settings.config, current));
  let registry: OpenRegistry | undefined;
  const close = async (drainMs: number): Promise<void> => {
    await engines.close(drainMs);
    await Promise.all([registry?.close(), settings.tape?.close()]);
  };
  try {
    registry = await openRegistry(config, { log, serve, contracts });
    const graph = registry === undefined ? await loadGraph(config, contracts) : registry.graph;
    settings.tape = await openTape(taping, log);
    if (graph !== undefined) await serve(graph);
  } catch (error) {
    await close(0);
    throw error;
  }
  const carriesRegistry = registry !== undefined;
  const handling = { engines, log, nextRequestId: createRequestIds() };
  return {
    handle: (request) => handleOperation(request, handling),
    admit: async (header) => void (await engines.current?.authenticator.authenticate(header)),
    registry: registry?.handle,
    graph: () => engines.current?.graph,
    config: () => settings.config,
    reload: (next) =>
      engines.replace(async (current) => {
        refuseUnfollowed(settings.config, next);
        const graph = carriesRegistry ? current?.graph : await loadGraph(next, contracts);
        const engine = graph === undefined ? undefined : await build(graph, next, current);
        settings.config = next; // a later publication goes by it, too
        return engine;
      }),
    close,
  };
}
