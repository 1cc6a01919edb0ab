import {
  buildASTSchema,
  type ConstValueNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type NamedTypeNode,
  parse,
  printSchema,
  typeFromAST,
  type TypeNode,
  visit,
} from 'graphql';
import { type Names, renamed, toArgument, translateLiteral } from './service-names.ts';

/** The schema with other names, default values included. */
export function renameSchema(schema: GraphQLSchema, names: Names): GraphQLSchema {
  const document = parse(printSchema(schema), { noLocation: true });
  const definitions = document.definitions.map((definition) => renameMembers(definition, { schema, names }));
  const toName = (name: string): string => names.types.get(name) ?? name;
  const renameNode = (node: NamedTypeNode): NamedTypeNode => ({
    ...node,
    name: { kind: Kind.NAME, value: toName(node.name.value) },
  });
  const typed = visit({ ...document, definitions }, { NamedType: { leave: renameNode } });
  const named = typed.definitions.map((definition) =>
    isTypeDefinitionNode(definition)
      ? { ...definition, name: { ...definition.name, value: toName(definition.name.value) } }
      : definition,
  );
  return buildASTSchema({ ...typed, definitions: named }, { assumeValid: true });
}

type Renaming = { readonly schema: GraphQLSchema; readonly names: Names };

function renameMembers(definition: DefinitionNode, renaming: Renaming): DefinitionNode {
  if (!isTypeDefinitionNode(definition)) return definition;
  const { value: type } = definition.name;
  if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION)
    return { ...definition, fields: definition.fields?.map((field) => renameField(field, type, renaming)) };
  if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
    const fields = definition.fields?.map((field) => renameInput(field, `${type}.${field.name.value}`, renaming));
    return { ...definition, fields };
  }
  if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) return definition;
  const values = definition.values?.map((value) => ({
    ...value,
    name: renamed(value.name, `${type}.${value.name.value}`, renaming.names),
  }));
  return { ...definition, values };
}

function renameField(field: FieldDefinitionNode, type: string, renaming: Renaming): FieldDefinitionNode {
  const { value: name } = field.name;
  return {
    ...field,
    name: renamed(field.name, `${type}.${name}`, renaming.names),
    arguments: field.arguments?.map((node) => renameInput(node, toArgument(type, name, node.name.value), renaming)),
  };
}

function renameInput(
  node: InputValueDefinitionNode,
  coordinate: string,
  { schema, names }: Renaming,
): InputValueDefinitionNode {
  const { defaultValue } = node;
  return {
    ...node,
    name: renamed(node.name, coordinate, names),
    defaultValue:
      defaultValue === undefined
        ? undefined
        : (translateLiteral(defaultValue, inputType(schema, node.type), names) satisfies ConstValueNode),
  };
}

function inputType(schema: GraphQLSchema, node: TypeNode): GraphQLInputType | undefined {
  return typeFromAST(schema, node) as GraphQLInputType | undefined;
}
