import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  type NameNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { named, readText } from './join-directives.ts';

type FieldsType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** A supergraph's types, by what has to be known of interfaces. */
export type TypeIndex = {
  readonly interfaces: ReadonlyMap<string, InterfaceTypeDefinitionNode>;
  readonly leaves: ReadonlySet<string>;
  /** The subgraphs in which fields have this abstract type. */
  readonly positions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Words of the directives' texts: field sets and types. Names of interfaces that types implement are not among them. */
  readonly mentioned: ReadonlySet<string>;
  /** Objects and interfaces. */
  readonly implementors: (name: string) => readonly FieldsType[];
  /** Of an interface or a union. */
  readonly possibleTypes: (name: string) => readonly string[];
  readonly joinsOf: (typeName: string, fieldName: string) => readonly ConstDirectiveNode[];
  readonly isInaccessible: (names: readonly string[]) => boolean;
};

/** Reads supergraph SDL of the join specification. */
export function indexTypes({ definitions }: DocumentNode): TypeIndex {
  const objects = definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
  const interfaces = byName(definitions.filter((definition) => definition.kind === Kind.INTERFACE_TYPE_DEFINITION));
  const unions = byName(definitions.filter((definition) => definition.kind === Kind.UNION_TYPE_DEFINITION));
  const composites = byName([...objects, ...interfaces.values()]);
  const hidden = definitions.flatMap((definition) =>
    named(definition, 'inaccessible').length > 0 && 'name' in definition ? (definition.name?.value ?? []) : [],
  );
  const implementations = [...composites.values()].flatMap((type) =>
    (type.interfaces ?? []).map((of) => ({ of: of.name.value, type })),
  );
  const byInterface = Map.groupBy(implementations, ({ of }) => of);
  const implementors = (name: string) => byInterface.get(name)?.map(({ type }) => type) ?? [];
  return {
    interfaces,
    leaves: readLeaves(definitions),
    positions: readPositions(composites.values(), (name) => interfaces.has(name) || unions.has(name)),
    mentioned: readMentioned(definitions),
    implementors,
    possibleTypes: (name) =>
      unions.get(name)?.types?.map((type) => type.name.value) ??
      implementors(name).flatMap((type) => (type.kind === Kind.OBJECT_TYPE_DEFINITION ? [type.name.value] : [])),
    joinsOf: (typeName, fieldName) => {
      const field = composites.get(typeName)?.fields?.find(({ name }) => name.value === fieldName);
      return field === undefined ? [] : named(field, 'join__field');
    },
    isInaccessible: (names) => names.some((name) => hidden.includes(name)),
  };
}

const byName = <T extends { readonly name: NameNode }>(nodes: readonly T[]): ReadonlyMap<string, T> =>
  new Map(nodes.map((node) => [node.name.value, node]));

function readLeaves(definitions: readonly DefinitionNode[]): ReadonlySet<string> {
  const leaves = definitions.flatMap((definition) =>
    definition.kind === Kind.SCALAR_TYPE_DEFINITION || definition.kind === Kind.ENUM_TYPE_DEFINITION
      ? [definition.name.value]
      : [],
  );
  return new Set(['Int', 'Float', 'String', 'Boolean', 'ID', ...leaves]);
}

/** Whether fields of the type have no selections. */
export const isLeaf = (type: TypeNode, { leaves }: Pick<TypeIndex, 'leaves'>): boolean => leaves.has(namedType(type));

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

function readPositions(
  types: Iterable<FieldsType>,
  isAbstract: (name: string) => boolean,
): ReadonlyMap<string, ReadonlySet<string>> {
  const positions = new Map<string, Set<string>>();
  for (const type of types) {
    for (const field of type.fields ?? []) {
      const name = namedType(field.type);
      if (!isAbstract(name)) continue;
      const joins = named(field, 'join__field');
      const places = (joins.length > 0 ? joins : named(type, 'join__type')).flatMap(
        (join) => readText(join, 'graph') ?? [],
      );
      positions.set(name, new Set([...(positions.get(name) ?? []), ...places]));
    }
  }
  return positions;
}

function readMentioned(definitions: readonly DefinitionNode[]): ReadonlySet<string> {
  const words = new Set<string>();
  const document = { kind: Kind.DOCUMENT, definitions } as const;
  visit(document, {
    Directive(directive) {
      if (directive.name.value === 'join__implements') return;
      for (const { value } of directive.arguments ?? []) {
        if (value.kind === Kind.STRING) for (const word of value.value.match(/\w+/g) ?? []) words.add(word);
      }
    },
  });
  return words;
}
