import { Kind } from 'graphql';
import type { FieldDefinitionNode, InterfaceTypeDefinitionNode } from 'graphql';
import { stringArgument } from '../federated-subgraph.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import { argument, joinFieldOf, readGraphNames, withJoinField } from '../join-fields.ts';
import { mapTypes } from '../map-types.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 loses `@external` on the fields of an `@interfaceObject`: the planner may
 * then ask its subgraph for what only others resolve.
 */
export const interfaceObjectExternals: Correction = {
  finish(supergraph, { subgraphs }) {
    const graphs = readGraphNames(supergraph);
    return mapTypes(supergraph, (type) => {
      if (type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return type;
      const fields = type.fields?.map((field) => withExternals(type, field, { subgraphs, graphs }));
      return fields?.some((field, index) => field !== type.fields?.[index]) ? { ...type, fields } : type;
    });
  },
};

type Graph = { readonly subgraphs: readonly FederatedSubgraph[]; readonly graphs: ReadonlyMap<string, string> };

function withExternals(
  type: InterfaceTypeDefinitionNode,
  field: FieldDefinitionNode,
  { subgraphs, graphs }: Graph,
): FieldDefinitionNode {
  const defining = subgraphs.filter(({ types }) => types.get(type.name.value)?.fields.has(field.name.value));
  const externals = defining.filter((subgraph) => isExternalHere(subgraph, type.name.value, field.name.value));
  if (externals.length === 0) return field;
  const isBare = defining.every(({ name }) => joinFieldOf(field, graphs.get(name) ?? '') === undefined);
  const external = argument('external', { kind: Kind.BOOLEAN, value: true });
  return defining.reduce((joined, subgraph) => {
    const graph = graphs.get(subgraph.name) ?? '';
    if (externals.includes(subgraph)) return withJoinField(joined, graph, [external]);
    return isBare ? withJoinField(joined, graph, []) : joined;
  }, field);
}

// A key's field is resolved by whoever has the key.
function isExternalHere(subgraph: FederatedSubgraph, typeName: string, fieldName: string): boolean {
  const type = subgraph.types.get(typeName);
  const field = type?.fields.get(fieldName);
  if (type === undefined || field === undefined || !subgraph.has(type, 'interfaceObject')) return false;
  const keys = subgraph.directives(type, 'key').map((key) => stringArgument(key, 'fields') ?? '');
  const isKeyField = keys.some((key) => key.split(/\W+/).includes(fieldName));
  return !isKeyField && subgraph.isExternal(type, field);
}
