import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type NamedTypeNode,
  type SchemaDefinitionNode,
  type SchemaExtensionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
} from 'graphql';

type TypeNodes = TypeDefinitionNode | TypeExtensionNode;

type RootKind = 'query' | 'mutation' | 'subscription';

/** A type as the files say it: its definition and extensions together. */
export type TypeEntry = {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union' | 'enum' | 'scalar' | 'input';
  readonly nodes: readonly TypeNodes[];
  readonly directives: readonly ConstDirectiveNode[];
  readonly fields: ReadonlyMap<string, FieldDefinitionNode>;
  readonly inputFields: ReadonlyMap<string, InputValueDefinitionNode>;
  readonly interfaces: ReadonlySet<string>;
};

/** A document by names. It is made from the AST alone, so that it stands also where the schema does not build. */
export type TypeIndex = {
  readonly types: ReadonlyMap<string, TypeEntry>;
  readonly roots: ReadonlyMap<string, RootKind>;
  readonly schemaNodes: readonly (SchemaDefinitionNode | SchemaExtensionNode)[];
  readonly schemaDirectives: readonly ConstDirectiveNode[];
  readonly directiveDefinitions: ReadonlyMap<string, DirectiveDefinitionNode>;
};

export function indexTypes(document: DocumentNode): TypeIndex {
  const nodesByName = Map.groupBy(document.definitions.filter(isTypeNode), (node) => node.name.value);
  const schemaNodes = document.definitions.filter(isSchemaNode);
  return {
    types: new Map([...nodesByName].map(([name, nodes]) => [name, toTypeEntry(name, nodes)])),
    roots: readRoots(schemaNodes),
    schemaNodes,
    schemaDirectives: schemaNodes.flatMap((node) => node.directives ?? []),
    directiveDefinitions: new Map(
      document.definitions.flatMap((node) =>
        node.kind === Kind.DIRECTIVE_DEFINITION ? [[node.name.value, node]] : [],
      ),
    ),
  };
}

/** The name inside any lists and non-null marks. */
export function namedTypeOf(type: TypeNode): NamedTypeNode {
  return type.kind === Kind.NAMED_TYPE ? type : namedTypeOf(type.type);
}

/** The element's type where the type is a list (non-null or not), else undefined. */
export function elementTypeOf(type: TypeNode): TypeNode | undefined {
  const nullable = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return nullable.kind === Kind.LIST_TYPE ? nullable.type : undefined;
}

export function isTypeNode(node: DefinitionNode): node is TypeNodes {
  return isTypeDefinitionNode(node) || isTypeExtensionNode(node);
}

function isSchemaNode(node: DefinitionNode): node is SchemaDefinitionNode | SchemaExtensionNode {
  return node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION;
}

function toTypeEntry(name: string, nodes: readonly TypeNodes[]): TypeEntry {
  const [first] = nodes;
  const outputFields = nodes.flatMap((node) => (isFieldOwner(node) ? (node.fields ?? []) : []));
  const inputFields = nodes.flatMap((node) => (isInputType(node) ? (node.fields ?? []) : []));
  return {
    name,
    kind: kinds[first?.kind ?? Kind.OBJECT_TYPE_DEFINITION],
    nodes,
    directives: nodes.flatMap((node) => node.directives ?? []),
    fields: new Map(outputFields.map((field) => [field.name.value, field])),
    inputFields: new Map(inputFields.map((field) => [field.name.value, field])),
    interfaces: new Set(
      nodes.flatMap((node) => (isFieldOwner(node) ? (node.interfaces ?? []) : [])).map((type) => type.name.value),
    ),
  };
}

type FieldOwner = Extract<TypeNodes, { kind: `${'Object' | 'Interface'}Type${'Definition' | 'Extension'}` }>;

function isFieldOwner(node: TypeNodes): node is FieldOwner {
  return kinds[node.kind] === 'object' || kinds[node.kind] === 'interface';
}

function isInputType(node: TypeNodes): node is Extract<TypeNodes, { kind: `InputObjectType${string}` }> {
  return kinds[node.kind] === 'input';
}

const kinds: Readonly<Record<TypeNodes['kind'], TypeEntry['kind']>> = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.OBJECT_TYPE_EXTENSION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.UNION_TYPE_EXTENSION]: 'union',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.ENUM_TYPE_EXTENSION]: 'enum',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.SCALAR_TYPE_EXTENSION]: 'scalar',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'input',
};

function readRoots(schemaNodes: TypeIndex['schemaNodes']): ReadonlyMap<string, RootKind> {
  const operations = schemaNodes.flatMap((node) => node.operationTypes ?? []);
  const hasDefinition = schemaNodes.some((node) => node.kind === Kind.SCHEMA_DEFINITION);
  const named = operations.map(({ operation, type }) => [type.name.value, operation] as const);
  const defaults = [
    ['Query', 'query'] as const,
    ['Mutation', 'mutation'] as const,
    ['Subscription', 'subscription'] as const,
  ];
  const open = hasDefinition ? [] : defaults.filter(([, kind]) => !named.some(([, operation]) => operation === kind));
  return new Map([...named, ...open]);
}
