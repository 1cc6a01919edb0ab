import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type NamedTypeNode,
  parse,
  type SchemaExtensionNode,
  Source,
  type StringValueNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import { isTypeNode } from '../../subgraph/type-index.ts';

export type MemberNode = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode;

/** A definition by its name, or one of its extensions; `extend schema` is called `schema`. */
export type Entry = {
  readonly name: string;
  /** `type`, `extend schema` … */
  readonly keyword: string;
  readonly node: DefinitionNode;
  readonly start: number;
  readonly end: number;
  readonly directives: readonly ConstDirectiveNode[];
  readonly description: StringValueNode | undefined;
  /** Fields, input fields or enum values. */
  readonly members: readonly MemberNode[];
  /** A union's types. */
  readonly types: readonly NamedTypeNode[];
  readonly interfaces: readonly NamedTypeNode[];
};

/** A schema's text, and what stands where in it. */
export type SchemaText = {
  readonly text: string;
  readonly entries: readonly Entry[];
  /** All entries of a name. */
  readonly named: (name: string) => readonly Entry[];
  readonly member: (type: string, name: string) => MemberNode | undefined;
};

/** Parses a schema's text. Throws a GraphQLError where it is none. */
export function readSchemaText(text: string, name: string): SchemaText {
  const entries = parse(new Source(text, name)).definitions.flatMap((node) => toEntry(node) ?? []);
  const byName = Map.groupBy(entries, (entry) => entry.name);
  return {
    text,
    entries,
    named: (type) => byName.get(type) ?? [],
    member: (type, member) =>
      byName
        .get(type)
        ?.flatMap(({ members }) => members)
        .find((node) => node.name.value === member),
  };
}

function toEntry(node: DefinitionNode): Entry | undefined {
  if (!isMergeable(node)) return undefined;
  return {
    name: 'name' in node ? node.name.value : 'schema',
    keyword: keywords[node.kind] ?? '',
    node,
    start: node.loc?.start ?? 0,
    end: node.loc?.end ?? 0,
    directives: node.directives ?? [],
    description: 'description' in node ? node.description : undefined,
    members: membersOf(node),
    types: typesOf(node),
    interfaces: interfacesOf(node),
  };
}

function isMergeable(node: DefinitionNode): node is TypeDefinitionNode | TypeExtensionNode | SchemaExtensionNode {
  return isTypeNode(node) || node.kind === Kind.SCHEMA_EXTENSION;
}

function typesOf(node: DefinitionNode): readonly NamedTypeNode[] {
  return 'types' in node ? (node.types ?? []) : [];
}

function interfacesOf(node: DefinitionNode): readonly NamedTypeNode[] {
  return 'interfaces' in node ? (node.interfaces ?? []) : [];
}

function membersOf(node: DefinitionNode): readonly MemberNode[] {
  if ('values' in node) return node.values ?? [];
  return 'fields' in node ? (node.fields ?? []) : [];
}

const keywords: Readonly<Partial<Record<DefinitionNode['kind'], string>>> = {
  [Kind.SCHEMA_EXTENSION]: 'extend schema',
  [Kind.OBJECT_TYPE_DEFINITION]: 'type',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.OBJECT_TYPE_EXTENSION]: 'extend type',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'extend input',
  [Kind.ENUM_TYPE_EXTENSION]: 'extend enum',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'extend interface',
  [Kind.UNION_TYPE_EXTENSION]: 'extend union',
  [Kind.SCALAR_TYPE_EXTENSION]: 'extend scalar',
};
