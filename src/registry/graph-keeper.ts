import { type Problem, ProblemsError } from '../errors/problem.ts';
import type { SubgraphInput } from '../model/subgraph.ts';
import type { Log } from '../observability/log.ts';
import type { ComposedGraph, GraphVersion, SubgraphVersion } from './graph-version.ts';
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

type Composed<G> =
  | { readonly kind: 'composed'; readonly graph: G }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

/** What a publication is made against. */
type Base<G extends ComposedGraph> = {
  readonly current: RegisteredGraph<G> | undefined;
  /** The graph version; 0 while there is none. */
  readonly number: number;
  /** The published subgraph as it is now. */
  readonly known: SubgraphVersion | undefined;
  readonly others: readonly SubgraphInput[];
};

type Change = { readonly at: string; readonly by: string; readonly subgraph: string };

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
    const { current, known, others } = await this.#base(name);
    const composed = await this.#compose(others, toInput(name, publication, known?.input));
    if (composed.kind === 'failed') return { status: 'refused', subgraph: name, problems: composed.problems };
    const { graph } = composed;
    const graphVersion = current?.version.number ?? null;
    return { status: 'composes', subgraph: name, graphVersion, changes: changesOf(current, graph), hints: graph.hints };
  }

  seed(subgraphs: readonly SubgraphInput[]): Promise<RegisteredGraph<G> | undefined> {
    return this.#inOrder(async () => {
      const current = await this.#current();
      if (current !== undefined) this.#tellUnused(current.version, subgraphs);
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

  /** Whoever edits a schema that has seeded the store would else wait for it in vain. */
  #tellUnused({ subgraphs }: GraphVersion, seeds: readonly SubgraphInput[]): void {
    const served = new Map(subgraphs.map(({ name, schema }) => [name, textOf(schema)]));
    const unused = seeds.filter(({ name, schema }) => served.get(name) !== textOf(schema)).map(({ name }) => name);
    if (unused.length === 0) return;
    this.#options.log(
      'info',
      'The registry has other schemas than the config, and its own are served: publish to change them.',
      {
        subgraphs: unused,
      },
    );
  }

  async close(): Promise<void> {
    await this.#queue;
    this.#store.close();
  }

  async #publish(name: string, publication: Publication): Promise<PublishOutcome> {
    const base = await this.#base(name);
    const { known, others } = base;
    const input = toInput(name, publication, known?.input);
    const hash = hashInput(input);
    if (known?.hash === hash) {
      return { status: 'unchanged', subgraph: name, version: known.number, graphVersion: base.number };
    }
    const change = { at: new Date().toISOString(), by: publication.by ?? 'unknown', subgraph: name };
    const composed = await this.#compose(others, input);
    if (composed.kind === 'failed') {
      const { problems } = composed;
      this.#store.addRefusal({ ...change, problems });
      return { status: 'refused', subgraph: name, problems };
    }
    const { graph } = composed;
    const added = this.#store.addGraphVersion({
      ...change,
      base: base.number,
      supergraph: graph.supergraph.sdl,
      changed: [{ input, hash }],
      action: 'published',
    });
    // Another process was faster: compose against what it left.
    if (added === undefined) return this.#publish(name, publication);
    return this.#putIntoForce({ version: added, graph }, change, base.current);
  }

  async #putIntoForce(
    next: RegisteredGraph<G>,
    change: Change,
    previous: RegisteredGraph<G> | undefined,
  ): Promise<PublishOutcome> {
    const { version, graph } = next;
    const { subgraph } = change;
    const problems = await this.#serve(next);
    if (problems !== undefined) {
      this.#store.withdraw(version.number, { ...change, problems });
      return { status: 'refused', subgraph, problems };
    }
    return {
      status: 'published',
      subgraph,
      version: this.#store.readSubgraph(version.number, subgraph)?.number ?? 1,
      graphVersion: version.number,
      changes: changesOf(previous, graph),
      hints: graph.hints,
    };
  }

  async #base(name: string): Promise<Base<G>> {
    const current = await this.#current();
    const number = current?.version.number ?? 0;
    const others = current?.version.subgraphs.filter((subgraph) => subgraph.name !== name) ?? [];
    return { current, number, others, known: this.#store.readSubgraph(number, name) };
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

  async #compose(others: readonly SubgraphInput[], changed: SubgraphInput): Promise<Composed<G>> {
    const problems = findAddressProblems(changed);
    if (problems.length > 0) return { kind: 'failed', problems };
    try {
      return { kind: 'composed', graph: await this.#options.compose([...others, changed]) };
    } catch (error) {
      if (error instanceof ProblemsError) return { kind: 'failed', problems: error.problems };
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

function changesOf(current: RegisteredGraph<ComposedGraph> | undefined, next: ComposedGraph): SchemaChange[] {
  return current === undefined ? [] : findChanges(current.graph.supergraph, next.supergraph);
}

function textOf(schema: SubgraphInput['schema']): string {
  return schema.map(({ text }) => text).join('\n');
}
