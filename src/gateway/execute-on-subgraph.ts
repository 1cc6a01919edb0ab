import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
} from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { FetchAnswer, SendFetch, Source } from '../model/source.ts';
import { type AccessGraph, authorize } from '../security/authorize.ts';
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
  const access = new Map<string, AccessGraph>();
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

  function accessOf(name: string): AccessGraph {
    const known = access.get(name);
    if (known !== undefined) return known;
    const apiSchema = graph.subgraphs.get(name)?.schema ?? graph.supergraph.apiSchema;
    const made = { apiSchema, accessRules: toRulesOf(apiSchema, graph.supergraph.accessRules) };
    access.set(name, made);
    return made;
  }

  return async (name, document, variables, context) => {
    const { operation, send } = prepare(name, document);
    const { denied } = authorize(operation, accessOf(name), context.caller);
    const [reason] = denied.values();
    if (reason !== undefined) {
      return { data: null, errors: [new GatewayError('UNAUTHORIZED_FIELD', reason, { service: name })] };
    }
    return send({ variables }, context);
  };
}

const ROOT_NAMES = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/** The supergraph's rules by a subgraph's own coordinates: it may call its root types by other names. */
function toRulesOf(schema: GraphQLSchema, rules: AccessGraph['accessRules']): AccessGraph['accessRules'] {
  const own = new Map(rules);
  for (const kind of Object.values(OperationTypeNode)) {
    const name = schema.getRootType(kind)?.name;
    if (name === undefined || name === ROOT_NAMES[kind]) continue;
    for (const [coordinate, rule] of rules) {
      const [type, field] = coordinate.split('.');
      if (type === ROOT_NAMES[kind]) own.set(field === undefined ? name : `${name}.${field}`, rule);
    }
  }
  return own;
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
