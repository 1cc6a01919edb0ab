import type { Config } from '../config/schema.ts';
import { createDocuments, type Documents } from '../document/documents.ts';
import { readCosts } from '../document/read-costs.ts';
import { createChooseOverrides } from './choose-overrides.ts';
import type { Caller } from '../model/request-context.ts';
import type { CheckedOperation } from '../model/operation.ts';
import { createPlanner } from '../planning/planner.ts';
import { type Authenticator, createAuthenticator } from '../security/authenticator.ts';
import { authorizationKey } from '../security/authorize.ts';
import type { LoadedGraph } from './load-graph.ts';
import { connectSubgraphs, type ConnectSettings } from './connect-subgraph.ts';
import { createSharedKeySets, type OpenKeySet } from '../security/shared-key-sets.ts';
import { createCompileFor } from './compile-for.ts';
import { callersOf, type Compiling, compileOnce } from './compiled-by-access.ts';
import type { WarmOperation } from './warm-up.ts';

/** One supergraph made executable. Immutable: a new supergraph means a new engine. */
export type Engine = {
  readonly graph: LoadedGraph;
  /** What it was made with. A request goes by the settings of the engine it began on. */
  readonly config: Config;
  readonly authenticator: Authenticator;
  readonly documents: Documents;
  /** Planned and compiled for what this caller may see and the overrides in force; cached with the document. */
  readonly compile: (document: CheckedOperation, caller: Caller) => Compiling;
  /** What is in use: the operations of the `count` documents that were asked for last, once for each kind of caller. */
  readonly inUse: (count: number) => readonly WarmOperation[];
  readonly close: () => Promise<void>;
};

export type EngineSettings = ConnectSettings & {
  /** Keys that other engines may use too; its own by default. */
  readonly openKeySet?: OpenKeySet;
};

/** Connects the graph's subgraphs and reads the keys of callers' tokens. Throws ProblemsError if one of them can't be set up. */
export async function createEngine(graph: LoadedGraph, settings: EngineSettings): Promise<Engine> {
  const { config, log, openKeySet = createSharedKeySets({ log }) } = settings;
  const authenticator = createAuthenticator(config.auth, openKeySet);
  try {
    await authenticator.start();
    return await connectEngine(graph, settings, authenticator);
  } catch (error) {
    await authenticator.close();
    throw error;
  }
}

async function connectEngine(
  graph: LoadedGraph,
  settings: EngineSettings,
  authenticator: Authenticator,
): Promise<Engine> {
  const { supergraph } = graph;
  const planner = createPlanner(supergraph, { limit: settings.config.limits.planning });
  const sources = await connectSubgraphs(graph, settings);
  const documents = openDocuments(graph, settings.config);
  const chooseOverrides = createChooseOverrides(planner.overrides, settings.config.graph.overrides ?? {}, settings);

  const compileFor = createCompileFor({ graph, config: settings.config, planner, sources });

  return {
    graph,
    config: settings.config,
    authenticator,
    documents,
    compile: (document, caller) => {
      const overrides = chooseOverrides();
      const key = overrides.key + authorizationKey(supergraph, caller);
      return compileOnce(document, { key, caller }, () => compileFor(document, { caller, overrides }));
    },
    inUse: (count) =>
      documents.latest(count).flatMap(({ query, operation }) => {
        const operationName = operation.operation.name?.value;
        return callersOf(operation).map((caller) => ({ query, operationName, caller }));
      }),
    close: async () => {
      await Promise.all([authenticator.close(), ...[...sources.values()].map((source) => source.close())]);
    },
  };
}

function openDocuments({ supergraph }: LoadedGraph, { mode, introspection, limits }: Config): Documents {
  const development = mode === 'development';
  return createDocuments({
    apiSchema: supergraph.apiSchema,
    introspection: introspection ?? development,
    suggestions: development,
    limits,
    costs: readCosts(supergraph.sdl),
    constraints: supergraph.constraints,
  });
}
