import {
  Kind,
  type ConstDirectiveNode,
  type DefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';

type PossibleTypes = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The interfaces and unions whose selections the native planner writes out for each possible type, with the number of
 * these types. An interface is none of them if one subgraph alone has it and resolves all its fields.
 */
export function readMultipliedTypes(
  definitions: readonly DefinitionNode[],
  possibleTypes: PossibleTypes,
): ReadonlyMap<string, number> {
  const objects = new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const multiplied = new Map<string, number>();
  for (const definition of definitions) {
    const isAbstract =
      definition.kind === Kind.UNION_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;
    if (!isAbstract) continue;
    const name = definition.name.value;
    const types = possibleTypes.get(name) ?? new Set();
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION && isWhole(definition, types, objects)) continue;
    multiplied.set(name, types.size);
  }
  return multiplied;
}

function isWhole(
  definition: InterfaceTypeDefinitionNode,
  types: ReadonlySet<string>,
  objects: ReadonlyMap<string, ObjectTypeDefinitionNode>,
): boolean {
  const graphs = new Set(named(definition.directives, 'join__type').map((directive) => readName(directive, 'graph')));
  const [graph] = graphs;
  if (graphs.size !== 1 || graph === undefined) return false;
  const fields = new Set(definition.fields?.map(({ name }) => name.value));
  return [...types].every((type) =>
    (objects.get(type)?.fields ?? []).every(
      ({ name, directives }) => !fields.has(name.value) || isResolvedBy(graph, named(directives, 'join__field')),
    ),
  );
}

/** Without `join__field`, every subgraph that has the type resolves the field. */
function isResolvedBy(graph: string, joins: readonly ConstDirectiveNode[]): boolean {
  return joins.length === 0 || joins.some((join) => readName(join, 'graph') === graph && isPlain(join));
}

const PLAIN_ARGUMENTS: ReadonlySet<string> = new Set(['graph', 'type', 'provides']);

const isPlain = (join: ConstDirectiveNode) => join.arguments?.every(({ name }) => PLAIN_ARGUMENTS.has(name.value));

const named = (directives: readonly ConstDirectiveNode[] | undefined, name: string) =>
  directives?.filter((directive) => directive.name.value === name) ?? [];

function readName(directive: ConstDirectiveNode, argument: string): string | undefined {
  const value = directive.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.ENUM ? value.value : undefined;
}
