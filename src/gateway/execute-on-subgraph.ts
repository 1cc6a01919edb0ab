import { type DocumentNode, print } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { FetchAnswer, SendFetch, Source, SourceFetch } from '../model/source.ts';
import { createFindRefusal, readOperation } from './subgraph-access.ts';
import type { LoadedGraph } from './load-graph.ts';

/** Runs an operation on one subgraph, as the caller: its policies, its upstream identity, and only what the caller may see. */
export type ExecuteOnSubgraph = (
  subgraph: string,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  context: RequestContext,
) => Promise<FetchAnswer>;

/** Handed to resolvers. `sources` is read when called: it may be filled later than this is made. */
export function createExecuteOnSubgraph(graph: LoadedGraph, sources: ReadonlyMap<string, Source>): ExecuteOnSubgraph {
  const findRefusal = createFindRefusal(graph);
  const prepared = new WeakMap<DocumentNode, { readonly operation: CheckedOperation; readonly send: SendFetch }>();

  function prepare(name: string, document: DocumentNode) {
    const known = prepared.get(document);
    if (known !== undefined) return known;
    const source = sources.get(name);
    if (source === undefined) throw new GatewayError('INTERNAL_ERROR', `There is no subgraph "${name}".`);
    const operation = readOperation(document);
    const send = source.prepare(toSourceFetch(name, operation));
    const made = { operation, send };
    prepared.set(document, made);
    return made;
  }

  return async (name, document, variables, context) => {
    const { operation, send } = prepare(name, document);
    const refusal = findRefusal(name, operation, context.caller);
    if (refusal !== undefined) return { data: null, errors: [refusal] };
    return send({ variables }, context);
  };
}

/** An operation as a source prepares it. */
export function toSourceFetch(subgraph: string, { document, operation }: CheckedOperation): SourceFetch {
  return {
    subgraph,
    operationKind: operation.operation,
    operation: print(document),
    document,
    operationName: operation.name?.value,
  };
}
