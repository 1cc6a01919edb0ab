import { isTypeDefinitionNode, Kind } from 'graphql';
import type { DefinitionNode, DocumentNode } from 'graphql';

const ROOT_TYPES = ['Query', 'Mutation', 'Subscription'];

/**
 * A supergraph's definitions in an order that does not depend on the subgraphs' own: the schema, directives, the
 * specifications' types, root types, then all others by name. Fields keep their order.
 */
export function sortSupergraph(supergraph: DocumentNode): DocumentNode {
  const keyed = supergraph.definitions.map((definition) => ({ definition, key: sortKey(definition) }));
  keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  return { ...supergraph, definitions: keyed.map(({ definition }) => definition) };
}

function sortKey(definition: DefinitionNode): string {
  if (definition.kind === Kind.SCHEMA_DEFINITION) return '0';
  if (definition.kind === Kind.DIRECTIVE_DEFINITION) return `1${definition.name.value}`;
  if (!isTypeDefinitionNode(definition)) return '5';
  const name = definition.name.value;
  if (name.includes('__')) return `2${name}`;
  const root = ROOT_TYPES.indexOf(name);
  return root === -1 ? `4${name}` : `3${root}`;
}
