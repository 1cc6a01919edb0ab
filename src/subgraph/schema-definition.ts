import { type DefinitionNode, Kind, type OperationTypeDefinitionNode, OperationTypeNode } from 'graphql';

const defaultRoots: readonly (readonly [OperationTypeNode, string])[] = [
  [OperationTypeNode.QUERY, 'Query'],
  [OperationTypeNode.MUTATION, 'Mutation'],
  [OperationTypeNode.SUBSCRIPTION, 'Subscription'],
];

/**
 * `extend schema { query: RootQ }` without a `schema { … }` says which types are the roots all the same, but the
 * composer and graphql-js go by a definition alone: such extensions become one. The default names stay roots where an
 * extension says nothing else.
 */
export function withSchemaDefinition(definitions: readonly DefinitionNode[]): readonly DefinitionNode[] {
  if (definitions.some(({ kind }) => kind === Kind.SCHEMA_DEFINITION)) return definitions;
  const extensions = definitions
    .filter((node) => node.kind === Kind.SCHEMA_EXTENSION)
    .filter((node) => (node.operationTypes ?? []).length > 0);
  const [first] = extensions;
  if (first === undefined) return definitions;
  const named = extensions.flatMap((node) => node.operationTypes ?? []);
  const definition: DefinitionNode = {
    ...first,
    kind: Kind.SCHEMA_DEFINITION,
    directives: extensions.flatMap((node) => node.directives ?? []),
    operationTypes: [...named, ...openRoots(named, definitions)],
  };
  const merged = new Set<DefinitionNode>(extensions);
  return definitions.flatMap((node) => (node === first ? [definition] : merged.has(node) ? [] : [node]));
}

function openRoots(
  named: readonly OperationTypeDefinitionNode[],
  definitions: readonly DefinitionNode[],
): readonly OperationTypeDefinitionNode[] {
  const objects = new Set(
    definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION ? [node.name.value] : [],
    ),
  );
  return defaultRoots
    .filter(([kind, name]) => objects.has(name) && !named.some(({ operation }) => operation === kind))
    .map(([operation, name]) => ({
      kind: Kind.OPERATION_TYPE_DEFINITION,
      operation,
      type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
    }));
}
