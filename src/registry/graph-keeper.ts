import { type Problem, ProblemsError } from '../errors/problem.ts';
import type { SubgraphInput } from '../model/subgraph.ts';
import type { Log } from '../observability/log.ts';
import type { ComposedGraph, GraphVersion } from './graph-version.ts';
import { findAddressProblems, hashInput, type Publication, toInput } from './publication.ts';
import type { CheckOutcome, PublishOutcome } from './registry-actions.ts';
import type { RegistryStore } from './registry-store.ts';
import { findChanges, type SchemaChange } from './schema-changes.ts';

/** A stored graph version, and what composing its subgraphs gives. */
export type RegisteredGraph<G extends ComposedGraph> = { readonly version: GraphVersion; readonly graph: G };

/** What the keeper is handed by the gateway. */
export type KeeperOptions<G extends ComposedGraph> = {
  /** Throws ProblemsError for what can't be composed. */
  readonly compose: (subgraphs: readonly SubgraphInput[]) => G | Promise<G>;
  /** Serves a new version. Where it rejects, the version is withdrawn. */
  readonly onPublish?: ((published: RegisteredGraph<G>) => Promise<void>) | undefined;
  readonly log: Log;
};

type Composed<G> = { readonly graph: G; readonly problems?: never } | { readonly problems: readonly Problem[] };

/** Changes to the graph, one after the other: each is composed against what the one before it left. */
export class GraphKeeper<G extends ComposedGraph> {
  readonly #store: RegistryStore;
  readonly #options: KeeperOptions<G>;
  #last: RegisteredGraph<G> | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(store: RegistryStore, options: KeeperOptions<G>) {
    this.#store = store;
    this.#options = options;
  }

  publish(name: string, publication: Publication): Promise<PublishOutcome> {
    return this.#inOrder(() => this.#publish(name, publication));
  }

  async check(name: string, publication: Publication): Promise<CheckOutcome> {
    const current = await this.#current();
    const input = toInput(
      name,
      publication,
      current?.version.subgraphs.find((other) => other.name === name),
    );
    const composed = await this.#compose(replaced(current?.version.subgraphs ?? [], input), input);
    if ('problems' in composed) return { status: 'refused', subgraph: name, problems: composed.problems ?? [] };
    const { graph } = composed;
    const graphVersion = current?.version.number ?? null;
    return { status: 'composes', subgraph: name, graphVersion, changes: changesOf(current, graph), hints: graph.hints };
  }

  seed(subgraphs: readonly SubgraphInput[]): Promise<RegisteredGraph<G> | undefined> {
    return this.#inOrder(async () => {
      const current = await this.#current();
      if (current !== undefined || subgraphs.length === 0) return current;
      const graph = await this.#options.compose(subgraphs);
      this.#store.addGraphVersion({
        base: 0,
        supergraph: graph.supergraph.sdl,
        changed: subgraphs.map((input) => ({ input, hash: hashInput(input) })),
        action: 'seeded',
        by: 'config',
        at: new Date().toISOString(),
      });
      return this.#current();
    });
  }

  async close(): Promise<void> {
    await this.#queue;
    this.#store.close();
  }

  async #publish(name: string, publication: Publication): Promise<PublishOutcome> {
    const current = await this.#current();
    const known = this.#store.readSubgraphs(current?.version.number ?? 0).find(({ input }) => input.name === name);
    const input = toInput(name, publication, known?.input);
    const hash = hashInput(input);
    if (known?.hash === hash && current !== undefined) {
      return { status: 'unchanged', subgraph: name, version: known.number, graphVersion: current.version.number };
    }
    const change = { at: new Date().toISOString(), by: publication.by ?? 'unknown' };
    const composed = await this.#compose(replaced(current?.version.subgraphs ?? [], input), input);
    if ('problems' in composed) {
      const problems = composed.problems ?? [];
      this.#store.addRefusal({ ...change, subgraph: name, problems });
      return { status: 'refused', subgraph: name, problems };
    }
    const { graph } = composed;
    const base = current?.version.number ?? 0;
    const supergraph = graph.supergraph.sdl;
    const added = this.#store.addGraphVersion({
      ...change,
      base,
      supergraph,
      changed: [{ input, hash }],
      action: 'published',
    });
    // Another process was faster: compose against what it left.
    if (added === undefined) return this.#publish(name, publication);
    const problems = await this.#serve({ version: added, graph });
    if (problems !== undefined) {
      this.#store.withdraw(added.number, { ...change, subgraph: name, problems });
      return { status: 'refused', subgraph: name, problems };
    }
    const version =
      this.#store.readSubgraphs(added.number).find((subgraph) => subgraph.input.name === name)?.number ?? 0;
    const changes = changesOf(current, graph);
    return { status: 'published', subgraph: name, version, graphVersion: added.number, changes, hints: graph.hints };
  }

  /** Has the version served; gives what keeps it from being. */
  async #serve(published: RegisteredGraph<G>): Promise<readonly Problem[] | undefined> {
    try {
      await this.#options.onPublish?.(published);
      this.#last = published;
      return undefined;
    } catch (error) {
      if (error instanceof ProblemsError) return error.problems;
      this.#options.log('error', 'A published version could not be served.', { cause: error });
      const message = 'The subgraphs compose, but the gateway could not serve the graph. Its log says why.';
      return [{ severity: 'error', code: 'REGISTRY_NOT_SERVED', message, places: [] }];
    }
  }

  async #compose(inputs: readonly SubgraphInput[], changed: SubgraphInput): Promise<Composed<G>> {
    const problems = findAddressProblems(changed);
    if (problems.length > 0) return { problems };
    try {
      return { graph: await this.#options.compose(inputs) };
    } catch (error) {
      if (error instanceof ProblemsError) return { problems: error.problems };
      throw error;
    }
  }

  async #current(): Promise<RegisteredGraph<G> | undefined> {
    const version = this.#store.readCurrent();
    if (version === undefined) return undefined;
    if (this.#last?.version.number === version.number) return this.#last;
    this.#last = { version, graph: await this.#options.compose(version.subgraphs) };
    return this.#last;
  }

  #inOrder<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(change);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

function replaced(subgraphs: readonly SubgraphInput[], changed: SubgraphInput): SubgraphInput[] {
  return [...subgraphs.filter((subgraph) => subgraph.name !== changed.name), changed];
}

function changesOf(current: RegisteredGraph<ComposedGraph> | undefined, next: ComposedGraph): SchemaChange[] {
  return current === undefined ? [] : findChanges(current.graph.supergraph.apiSchema, next.supergraph.apiSchema);
}
