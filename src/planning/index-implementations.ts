import {
  Kind,
  type DefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { readJoins, textOf, type JoinArguments } from './join-directives.ts';

/** What abstract types can be. */
export type Implementations = {
  /** Object types by abstract type, in the whole graph. */
  readonly objects: ReadonlyMap<string, ReadonlySet<string>>;
  /** By abstract type and subgraph: object types, and interfaces of which the subgraph has interface objects. */
  readonly objectsIn: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
};

/** `graphNames`: `join__Graph` value → subgraph. */
export function readImplementations(
  definitions: readonly DefinitionNode[],
  graphNames: ReadonlyMap<string, string>,
): Implementations {
  const objects = new Map<string, Set<string>>();
  const objectsIn = new Map<string, Map<string, Set<string>>>();

  function add(abstract: string, object: string, join: JoinArguments): void {
    const graph = textOf(join, 'graph') ?? '';
    const subgraph = graphNames.get(graph) ?? graph;
    const bySubgraph = objectsIn.get(abstract) ?? new Map<string, Set<string>>();
    objectsIn.set(abstract, bySubgraph.set(subgraph, (bySubgraph.get(subgraph) ?? new Set()).add(object)));
  }

  function addImplementations(type: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode): void {
    const graphs = type.kind === Kind.OBJECT_TYPE_DEFINITION ? undefined : interfaceObjectGraphs(type);
    for (const join of readJoins(type, 'join__implements')) {
      if (graphs?.has(textOf(join, 'graph')) !== false) add(textOf(join, 'interface') ?? '', type.name.value, join);
    }
  }

  function addMembers({ name, types = [], ...definition }: UnionTypeDefinitionNode): void {
    objects.set(name.value, new Set(types.map((type) => type.name.value)));
    for (const join of readJoins(definition, 'join__unionMember')) add(name.value, textOf(join, 'member') ?? '', join);
  }

  function addObject({ name, interfaces = [] }: ObjectTypeDefinitionNode): void {
    for (const type of interfaces)
      objects.set(type.name.value, (objects.get(type.name.value) ?? new Set()).add(name.value));
  }

  for (const definition of definitions) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      addMembers(definition);
    } else if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      addImplementations(definition);
    } else if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      addObject(definition);
      addImplementations(definition);
    }
  }
  return { objects, objectsIn };
}

function interfaceObjectGraphs(type: InterfaceTypeDefinitionNode): ReadonlySet<string | undefined> {
  const joins = readJoins(type, 'join__type').filter((join) => join.get('isInterfaceObject') === true);
  return new Set(joins.map((join) => textOf(join, 'graph')));
}
