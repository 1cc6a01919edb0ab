import type { SubgraphInput } from '../model/subgraph.ts';
import { GraphKeeper, type KeeperOptions, type RegisteredGraph } from './graph-keeper.ts';
import type { ComposedGraph } from './graph-version.ts';
import { createRequestHandler } from './handle-request.ts';
import { openDatabase } from './open-database.ts';
import type { RegistryActions } from './registry-actions.ts';
import { RegistryStore } from './registry-store.ts';

export type RegistryOptions<G extends ComposedGraph> = KeeperOptions<G> & {
  /** `sqlite:./file.db` or `sqlite::memory:`. */
  readonly store: string;
  /** What every request must bear. */
  readonly token: string;
};

export type Registry<G extends ComposedGraph> = RegistryActions & {
  /** Fills an empty store, and gives what is to be served; undefined where there is nothing yet. Throws ProblemsError. */
  readonly seed: (subgraphs: readonly SubgraphInput[]) => Promise<RegisteredGraph<G> | undefined>;
  /** The HTTP API under `/registry/v1`. Never rejects. */
  readonly handle: (request: Request) => Promise<Response>;
  /** Ends the store, after publications under way. */
  readonly close: () => Promise<void>;
};

/** Opens the registry. Throws ProblemsError when its store can't be used. */
export function createRegistry<G extends ComposedGraph>(options: RegistryOptions<G>): Registry<G> {
  const store = new RegistryStore(openDatabase(options.store));
  const keeper = new GraphKeeper(store, options);
  const actions: RegistryActions = {
    publish: (name, publication) => keeper.publish(name, publication),
    check: (name, publication) => keeper.check(name, publication),
    current: () => store.readCurrent(),
    subgraphs: () => store.readSubgraphs(store.readCurrent()?.number ?? 0),
    history: (query) => store.readHistory(query),
  };
  return {
    ...actions,
    seed: (subgraphs) => keeper.seed(subgraphs),
    handle: createRequestHandler(actions, options),
    close: () => keeper.close(),
  };
}
