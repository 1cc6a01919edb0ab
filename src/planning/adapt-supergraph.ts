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
  const provided = readProvided(document);
  const adapted = visit(document, {
    ObjectTypeDefinition: (type) =>
      rankKeys(withProvides(type, (provides) => type.name.value !== mutation && isWhole(provides, provided))),
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
  return directive.name.value === 'join__type' ? readText(directive, 'key') : undefined;
}

/** One `@provides`: of which fields, for which type in which subgraph. */
type Provides = { readonly place: string; readonly words: ReadonlySet<string> };

/** By type and subgraph: everything that some field provides. */
function readProvided(document: DocumentNode): ReadonlyMap<string, ReadonlySet<string>> {
  const provided = new Map<string, ReadonlySet<string>>();
  visit(document, {
    FieldDefinition(field) {
      for (const directive of field.directives ?? []) {
        const found = readProvides(field, directive);
        if (found !== undefined) provided.set(found.place, found.words.union(provided.get(found.place) ?? new Set()));
      }
    },
  });
  return provided;
}

function readProvides({ type }: FieldDefinitionNode, directive: ConstDirectiveNode): Provides | undefined {
  const text = readText(directive, 'provides');
  if (text === undefined) return undefined;
  const named = print(type).replaceAll(/[[\]!]/g, '');
  return { place: `${named} ${readText(directive, 'graph') ?? ''}`, words: new Set(text.match(/\w+/g)) };
}

const isWhole = ({ place, words }: Provides, provided: ReadonlyMap<string, ReadonlySet<string>>): boolean =>
  words.size === provided.get(place)?.size;

/**
 * Under a field that provides something, the native planner takes all for provided that any field provides of that
 * type, and under a mutation field every external field. There it is better to believe that nothing is.
 */
function withProvides(
  type: ObjectTypeDefinitionNode,
  isKept: (provides: Provides) => boolean,
): ObjectTypeDefinitionNode {
  const fields = (type.fields ?? []).map((field): FieldDefinitionNode => ({
    ...field,
    directives: (field.directives ?? []).map((directive) => {
      const provides = readProvides(field, directive);
      if (provides === undefined || isKept(provides)) return directive;
      const others = (directive.arguments ?? []).filter(({ name }) => name.value !== 'provides');
      return { ...directive, arguments: others };
    }),
  }));
  return { ...type, fields };
}

function readText(directive: ConstDirectiveNode, argument: string): string | undefined {
  const value = directive.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

function mutationType({ definitions }: DocumentNode): string | undefined {
  const schema = definitions.find((definition) => definition.kind === Kind.SCHEMA_DEFINITION);
  return schema?.operationTypes.find(({ operation }) => operation === OperationTypeNode.MUTATION)?.type.name.value;
}
