import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, print } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { FetchAnswer, SendFetch, Source } from '../model/source.ts';
import { authorize } from '../security/authorize.ts';
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
  const prepared = new WeakMap<DocumentNode, { readonly operation: CheckedOperation; readonly send: SendFetch }>();

  function prepare(name: string, document: DocumentNode) {
    const known = prepared.get(document);
    if (known !== undefined) return known;
    const source = sources.get(name);
    if (source === undefined) throw new GatewayError('INTERNAL_ERROR', `There is no subgraph "${name}".`);
    const operation = readOperation(document);
    const send = source.prepare({
      subgraph: name,
      operationKind: operation.operation.operation,
      operation: print(document),
      document,
      operationName: operation.operation.name?.value,
    });
    const made = { operation, send };
    prepared.set(document, made);
    return made;
  }

  return async (name, document, variables, context) => {
    const { operation, send } = prepare(name, document);
    const schema = graph.subgraphs.get(name)?.schema ?? graph.supergraph.apiSchema;
    const { denied } = authorize(
      operation,
      { apiSchema: schema, accessRules: graph.supergraph.accessRules },
      context.caller,
    );
    const [reason] = denied.values();
    if (reason !== undefined) {
      return { data: null, errors: [new GatewayError('UNAUTHORIZED_FIELD', reason, { service: name })] };
    }
    return send({ variables }, context);
  };
}

function readOperation(document: DocumentNode): CheckedOperation {
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new GatewayError('INTERNAL_ERROR', 'The document holds no operation.');
  const fragments = document.definitions.filter(
    (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  return { document, operation, fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])) };
}
