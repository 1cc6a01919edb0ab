import { Kind, type DefinitionNode, type InterfaceTypeDefinitionNode, type ObjectTypeDefinitionNode } from 'graphql';
import { isResolvedBy, named, readText } from './join-directives.ts';

type PossibleTypes = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The interfaces and unions whose selections the native planner writes out for each possible type, with the number of
 * these types. An interface is none of them if one subgraph alone has it, or has it after it is reduced, and resolves all
 * its fields.
 */
export function readMultipliedTypes(
  definitions: readonly DefinitionNode[],
  possibleTypes: PossibleTypes,
  reduced: { readonly has: (name: string) => boolean } = new Set(),
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
    if (reduced.has(name)) continue;
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
  const graphs = new Set(named(definition, 'join__type').map((join) => readText(join, 'graph')));
  const [graph] = graphs;
  if (graphs.size !== 1 || graph === undefined) return false;
  const fields = new Set(definition.fields?.map(({ name }) => name.value));
  return [...types].every((type) =>
    (objects.get(type)?.fields ?? []).every(
      (field) => !fields.has(field.name.value) || isResolvedBy(graph, named(field, 'join__field')),
    ),
  );
}
