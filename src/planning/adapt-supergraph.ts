import {
  Kind,
  OperationTypeNode,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';

/** A supergraph that says the same, and keeps the native planner (0.0.38) from some of its faults. */
export function adaptSupergraph(sdl: string): string {
  const document = parse(sdl, { noLocation: true });
  const mutation = mutationType(document);
  const adapted = visit(document, {
    ObjectTypeDefinition: (type) => rankKeys(type.name.value === mutation ? withoutProvides(type) : type),
    InterfaceTypeDefinition: (type) => rankKeys(type),
  });
  return print(adapted);
}

/**
 * To bring required fields back to a subgraph, the native planner takes the last of the subgraph's keys, also where
 * the subgraphs before it don't know that key: then it aborts the process. So the most widely known key comes last.
 */
function rankKeys<T extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(type: T): T {
  const counts = new Map<string, number>();
  for (const directive of type.directives ?? []) {
    const key = readKey(directive);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  if (counts.size < 2) return type;
  const rank = (directive: ConstDirectiveNode) => counts.get(readKey(directive) ?? '') ?? 0;
  return { ...type, directives: type.directives?.toSorted((left, right) => rank(left) - rank(right)) };
}

function readKey(directive: ConstDirectiveNode): string | undefined {
  if (directive.name.value !== 'join__type') return undefined;
  const value = directive.arguments?.find(({ name }) => name.value === 'key')?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** Under a mutation field that provides something, the native planner takes every external field as provided. */
function withoutProvides(type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  const fields = (type.fields ?? []).map((field): FieldDefinitionNode => ({
    ...field,
    directives: (field.directives ?? []).map((directive) => ({
      ...directive,
      arguments: (directive.arguments ?? []).filter(({ name }) => name.value !== 'provides'),
    })),
  }));
  return { ...type, fields };
}

function mutationType({ definitions }: DocumentNode): string | undefined {
  const schema = definitions.find((definition) => definition.kind === Kind.SCHEMA_DEFINITION);
  return schema?.operationTypes.find(({ operation }) => operation === OperationTypeNode.MUTATION)?.type.name.value;
}
