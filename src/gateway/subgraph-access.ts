import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { Caller } from '../model/request-context.ts';
import { type AccessGraph, authorize } from '../security/authorize.ts';
import type { LoadedGraph } from './load-graph.ts';

/** Why a caller may not have an operation over a subgraph's own schema; undefined where all of it may be seen. */
export type FindRefusal = (subgraph: string, operation: CheckedOperation, caller: Caller) => GatewayError | undefined;

/** The supergraph's rules, for operations that resolvers send to other subgraphs. */
export function createFindRefusal(graph: LoadedGraph): FindRefusal {
  const access = new Map<string, AccessGraph>();

  function accessOf(name: string): AccessGraph {
    const known = access.get(name);
    if (known !== undefined) return known;
    const apiSchema = graph.subgraphs.get(name)?.schema ?? graph.supergraph.apiSchema;
    const made = { apiSchema, accessRules: toRulesOf(apiSchema, graph.supergraph.accessRules) };
    access.set(name, made);
    return made;
  }

  return (name, operation, caller) => {
    const [reason] = authorize(operation, accessOf(name), caller).denied.values();
    return reason === undefined ? undefined : new GatewayError('UNAUTHORIZED_FIELD', reason, { service: name });
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

/** The one operation of a document that resolvers' calls make. */
export function readOperation(document: DocumentNode): CheckedOperation {
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new GatewayError('INTERNAL_ERROR', 'The document holds no operation.');
  const fragments = document.definitions.filter(
    (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  return { document, operation, fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])) };
}
