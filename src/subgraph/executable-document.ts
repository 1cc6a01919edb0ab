import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  visit,
} from 'graphql';
import type { EntityKey } from './entity-keys.ts';
import type { Federation } from './federation.ts';
import { isTypeNode, type TypeIndex } from './type-index.ts';

type ObjectTypeNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

type Reading = {
  readonly index: TypeIndex;
  readonly federation: Federation;
  readonly keys: ReadonlyMap<string, readonly EntityKey[]>;
};

const machineryTypes: ReadonlySet<string> = new Set(['_Any', '_Entity', '_Service']);
const machineryFields: ReadonlySet<string> = new Set(['_entities', '_service']);
const keptDirectives: ReadonlySet<string> = new Set(['deprecated', 'specifiedBy', 'oneOf']);

/**
 * The subgraph as a schema that builds: directives of Federation and of ours taken out, types that are only extended
 * made definitions, and `_service`, `_entities`, `_Any` and `_Entity` as a federated service has them.
 */
export function toExecutableDocument(document: DocumentNode, reading: Reading): DocumentNode {
  const definitions = document.definitions.flatMap((node) => withoutMachinery(node, reading));
  const plain = visit(
    { kind: Kind.DOCUMENT, definitions },
    { Directive: (node) => (isKept(node as ConstDirectiveNode, reading) ? undefined : null) },
  );
  return {
    kind: Kind.DOCUMENT,
    definitions: [...withBases([...plain.definitions, ...rootExtension(reading)]), ...machinery(reading)],
  };
}

/** The object types that `_entities` can give: those with a key that resolves here. */
function resolvableEntities({ index, keys }: Pick<Reading, 'index' | 'keys'>): readonly string[] {
  return [...keys].flatMap(([name, entityKeys]) =>
    index.types.get(name)?.kind === 'object' && entityKeys.some((key) => key.isResolvable) ? [name] : [],
  );
}

function isKept(node: ConstDirectiveNode, { index }: Reading): boolean {
  const name = node.name.value;
  return keptDirectives.has(name) || index.directiveDefinitions.has(name);
}

/** A service's printed SDL may hold Federation's own types, fields and definitions already. */
function withoutMachinery(node: DefinitionNode, { federation }: Reading): readonly DefinitionNode[] {
  if (isMachinery(node, federation)) return [];
  const isObject = node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;
  return isObject ? withoutMachineryFields(node) : [node];
}

function isMachinery(node: DefinitionNode, federation: Federation): boolean {
  if (node.kind === Kind.DIRECTIVE_DEFINITION)
    return federation.names.has(node.name.value) || node.name.value === 'link';
  if (node.kind === Kind.SCHEMA_EXTENSION) return (node.operationTypes ?? []).length === 0;
  return isTypeNode(node) && machineryTypes.has(node.name.value);
}

function withoutMachineryFields(node: ObjectTypeNode): readonly ObjectTypeNode[] {
  const fields = (node.fields ?? []).filter((field) => !machineryFields.has(field.name.value));
  if (fields.length === (node.fields ?? []).length) return [node];
  return fields.length === 0 && (node.directives ?? []).length === 0 ? [] : [{ ...node, fields }];
}

/** Federation lets a subgraph extend a type that another one defines: here the first extension is the definition. */
function withBases(definitions: readonly DefinitionNode[]): readonly DefinitionNode[] {
  const defined = new Set(
    definitions.flatMap((node) => (isTypeNode(node) && !isExtension(node) ? [node.name.value] : [])),
  );
  return definitions.map((node) => {
    if (!isTypeNode(node) || !isExtension(node) || defined.has(node.name.value)) return node;
    defined.add(node.name.value);
    return toDefinition(node);
  });
}

function isExtension(node: DefinitionNode): node is TypeExtensionNode {
  return node.kind.endsWith('Extension');
}

function toDefinition(node: TypeExtensionNode): TypeDefinitionNode {
  switch (node.kind) {
    case Kind.OBJECT_TYPE_EXTENSION:
      return { ...node, kind: Kind.OBJECT_TYPE_DEFINITION };
    case Kind.INTERFACE_TYPE_EXTENSION:
      return { ...node, kind: Kind.INTERFACE_TYPE_DEFINITION };
    case Kind.UNION_TYPE_EXTENSION:
      return { ...node, kind: Kind.UNION_TYPE_DEFINITION };
    case Kind.ENUM_TYPE_EXTENSION:
      return { ...node, kind: Kind.ENUM_TYPE_DEFINITION };
    case Kind.SCALAR_TYPE_EXTENSION:
      return { ...node, kind: Kind.SCALAR_TYPE_DEFINITION };
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      return { ...node, kind: Kind.INPUT_OBJECT_TYPE_DEFINITION };
  }
}

function rootExtension(reading: Reading): readonly DefinitionNode[] {
  const [query = 'Query'] = [...reading.index.roots].flatMap(([name, kind]) => (kind === 'query' ? [name] : []));
  const hasEntities = resolvableEntities(reading).length > 0;
  const entities = hasEntities ? '_entities(representations: [_Any!]!): [_Entity]!' : '';
  return parseDefinitions(`extend type ${query} { ${entities} _service: _Service! }`);
}

function machinery(reading: Reading): readonly DefinitionNode[] {
  const entities = resolvableEntities(reading);
  const union = entities.length === 0 ? '' : `scalar _Any union _Entity = ${entities.join(' | ')}`;
  return parseDefinitions(`type _Service { sdl: String } ${union}`);
}

function parseDefinitions(sdl: string): readonly DefinitionNode[] {
  return parse(sdl, { noLocation: true }).definitions;
}
