import type { DocumentNode } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { OpenSubscription, Source, SubscriptionEvent } from '../model/source.ts';
import { toSourceFetch } from './execute-on-subgraph.ts';
import { createFindRefusal, readOperation } from './subgraph-access.ts';
import type { LoadedGraph } from './load-graph.ts';

/** Subscribes to one subgraph, as the caller: what `ExecuteOnSubgraph` is for queries. Throws where the caller may not. */
export type SubscribeToSubgraph = (
  subgraph: string,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  context: RequestContext,
) => AsyncIterable<SubscriptionEvent>;

/** Handed to resolvers. `sources` is read when called: it may be filled later than this is made. */
export function createSubscribeToSubgraph(
  graph: LoadedGraph,
  sources: ReadonlyMap<string, Source>,
): SubscribeToSubgraph {
  const findRefusal = createFindRefusal(graph);
  const prepared = new WeakMap<DocumentNode, OpenSubscription>();

  return async function* subscribe(name, document, variables, context) {
    const operation = readOperation(document);
    const refusal = findRefusal(name, operation, context.caller);
    if (refusal !== undefined) throw refusal;
    const source = sources.get(name);
    if (source === undefined) throw new GatewayError('INTERNAL_ERROR', `There is no subgraph "${name}".`);
    const open = prepared.get(document) ?? source.prepareSubscription(toSourceFetch(name, operation));
    prepared.set(document, open);
    yield* open({ variables }, context);
  };
}
