import type { Config } from '../config/schema.ts';
import type { CompiledOperation } from '../execution/compile-operation.ts';
import { compileOperation } from '../execution/compile-operation.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { QueryPlan } from '../model/plan.ts';
import type { Caller } from '../model/request-context.ts';
import type { Source, SourceFetch } from '../model/source.ts';
import type { Planner } from '../planning/planner.ts';
import { authorize } from '../security/authorize.ts';
import type { ChosenOverrides } from './choose-overrides.ts';
import { compileBehindQuery } from './compile-behind-query.ts';
import type { LoadedGraph } from './load-graph.ts';
import { createShareEvents } from './share-events.ts';
import { createShareOperation } from './share-operation.ts';
import { leadsBackToQuery } from './split-behind-query.ts';

type Compilation = {
  readonly graph: LoadedGraph;
  readonly config: Config;
  readonly planner: Planner;
  readonly sources: ReadonlyMap<string, Source>;
};

/** For whom an operation is compiled, and by which overrides. */
type Choice = { readonly caller: Caller; readonly overrides: ChosenOverrides };

/** Plans and compiles an operation: what the caller may see of it, by the overrides in force. */
export function createCompileFor({
  graph,
  config,
  planner,
  sources,
}: Compilation): (document: CheckedOperation, choice: Choice) => Promise<CompiledOperation> {
  const { supergraph } = graph;
  const { apiSchema } = supergraph;
  const share = createShareOperation(graph, config);
  const shareEvents = createShareEvents(graph, config);
  const isSplit = supergraph.subgraphs.length > 1 && leadsBackToQuery(apiSchema);

  async function compilePart(part: CheckedOperation, { caller, overrides }: Choice, asked: Set<string>) {
    const { allowed, denied } = authorize(part, supergraph, caller);
    const plan: QueryPlan = allowed === null ? { root: null } : planner.plan(allowed, overrides);
    return compileOperation({
      operation: part,
      plan,
      denied,
      apiSchema,
      entityStore: config.traffic.entityStore,
      prepare: (fetch) => {
        asked.add(fetch.subgraph);
        return sourceOf(sources, fetch).prepare(fetch);
      },
      prepareSubscription: (fetch) => {
        asked.add(fetch.subgraph);
        return sourceOf(sources, fetch).prepareSubscription(fetch);
      },
    });
  }

  return async (document, choice) => {
    const asked = new Set<string>();
    const compile = (part: CheckedOperation): Promise<CompiledOperation> => compilePart(part, choice, asked);
    const compiled = isSplit ? await compileBehindQuery(document, apiSchema, compile) : await compile(document);
    return shareEvents(share(compiled, document, asked), document, asked);
  };
}

function sourceOf(sources: ReadonlyMap<string, Source>, fetch: SourceFetch): Source {
  const source = sources.get(fetch.subgraph);
  if (source === undefined) throw new Error(`The plan names subgraph "${fetch.subgraph}", which is not connected.`);
  return source;
}
