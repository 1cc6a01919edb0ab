import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { SubgraphSchema } from '../../model/subgraph.ts';

const scalars: Readonly<Record<string, string>> = {
  ID: 'string',
  String: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
};

/**
 * TypeScript: the type `Services` of what a subgraph's resolvers are given as `services`, and the types of the other
 * subgraphs behind it, their names starting with their subgraph's.
 */
export function printServices(subgraphs: readonly SubgraphSchema[], own: string): string {
  const others = subgraphs.filter(({ name }) => name !== own).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const types = others.flatMap(printTypes);
  const services = others.map((subgraph) => `  readonly ${toKey(subgraph.name)}: ${printService(subgraph)};`);
  const doc = `/** The other subgraphs, as the resolvers of "${own}" call them. */`;
  return [...types, `${doc}\nexport type Services = {\n${services.join('\n')}\n};`].join('\n\n');
}

/** The import that printed services need. */
export function printServiceImports(services: string): string {
  const names = ['EntityByKey', 'FieldWithArguments', 'RootField', 'RootStream'].filter((name) =>
    services.includes(`${name}<`),
  );
  return names.length === 0 ? '' : `import type { ${names.join(', ')} } from 'selvedge';`;
}

function printTypes(subgraph: SubgraphSchema): string[] {
  return Object.values(subgraph.schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !type.name.startsWith('_') && !isRoot(type, subgraph.schema))
    .flatMap((type) => {
      const printed = printType(type, subgraph);
      return printed === undefined ? [] : [`export type ${toTypeName(subgraph, type)} = ${printed};`];
    });
}

function printType(type: GraphQLNamedType, subgraph: SubgraphSchema): string | undefined {
  if (isScalarType(type)) return undefined;
  if (isEnumType(type))
    return type
      .getValues()
      .map(({ name }) => `'${name}'`)
      .join(' | ');
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return block(
      fields.map((field) =>
        printInput(field.name, { type: field.type, isRequired: isRequiredInputField(field) }, subgraph),
      ),
    );
  }
  if (isAbstractType(type)) {
    const members = subgraph.schema.getPossibleTypes(type);
    return members.length === 0 ? 'never' : members.map((member) => toTypeName(subgraph, member)).join(' | ');
  }
  const external = externalFieldsOf(type.name, subgraph);
  const fields = Object.values(type.getFields()).filter(({ name }) => !external.has(name));
  return block([`readonly __typename: '${type.name}';`, ...fields.map((field) => printField(field, subgraph))]);
}

function printField(field: GraphQLField<unknown, unknown>, subgraph: SubgraphSchema): string {
  const value = printValue(field.type, subgraph);
  const type =
    field.args.length === 0 ? value : `FieldWithArguments<${printArguments(field.args, subgraph)}, ${value}>`;
  return `readonly ${field.name}: ${type};`;
}

function printService(subgraph: SubgraphSchema): string {
  const { schema } = subgraph;
  const calls = [
    ...printRoot('Query', schema.getQueryType(), subgraph),
    ...printRoot('Mutation', schema.getMutationType(), subgraph),
    ...printRoot('Subscription', schema.getSubscriptionType(), subgraph),
  ];
  const entities = [...subgraph.keys].flatMap(([name, keys]) => {
    const type = schema.getType(name);
    return isObjectType(type)
      ? [`readonly ${name}: EntityByKey<${printKey(type, keys, subgraph)}, ${toTypeName(subgraph, type)}>;`]
      : [];
  });
  return indent(block([...calls, ...entities]));
}

function printRoot(name: string, type: GraphQLObjectType | null | undefined, subgraph: SubgraphSchema): string[] {
  const fields = Object.values(type?.getFields() ?? {}).filter((field) => !field.name.startsWith('_'));
  if (fields.length === 0) return [];
  const kind = name === 'Subscription' ? 'RootStream' : 'RootField';
  const printed = fields.map(
    (field) =>
      `readonly ${field.name}: ${kind}<${printArguments(field.args, subgraph)}, ${printValue(field.type, subgraph)}>;`,
  );
  return [`readonly ${name}: ${indent(block(printed))};`];
}

/** One of the keys, and what else of the entity some fields want to be given (`@external`). */
function printKey(type: GraphQLObjectType, keys: readonly string[], subgraph: SubgraphSchema): string {
  const alternatives = keys.map((key) => printKeyFields(type, parseKey(key), subgraph)).join(' | ');
  const names = new Set(
    keys.flatMap((key) =>
      parseKey(key).selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : [])),
    ),
  );
  const external = [...externalFieldsOf(type.name, subgraph)].filter((name) => !names.has(name));
  if (external.length === 0) return alternatives;
  const fields = external.map((name) => {
    const field = type.getFields()[name];
    return `readonly ${name}?: ${field === undefined ? 'unknown' : printRepresentation(field.type, subgraph)}`;
  });
  return `(${alternatives}) & { ${fields.join('; ')} }`;
}

function printKeyFields(type: GraphQLObjectType, key: SelectionSetNode, subgraph: SubgraphSchema): string {
  const fields = key.selections.flatMap((node) => {
    const field = node.kind === Kind.FIELD ? type.getFields()[node.name.value] : undefined;
    if (field === undefined || node.kind !== Kind.FIELD) return [];
    const named = getNamedType(field.type);
    const value =
      node.selectionSet !== undefined && isObjectType(named)
        ? printKeyFields(named, node.selectionSet, subgraph)
        : printValue(field.type, subgraph);
    return [`readonly ${field.name}: ${value}`];
  });
  return `{ ${fields.join('; ')} }`;
}

/** Scalars and enums as they are; of objects, whatever the field that wants them needs. */
function printRepresentation(type: GraphQLType, subgraph: SubgraphSchema): string {
  const named = getNamedType(type);
  return isScalarType(named) || isEnumType(named) ? printValue(type, subgraph) : 'object | null';
}

function printArguments(args: readonly GraphQLArgument[], subgraph: SubgraphSchema): string {
  const fields = args.map((arg) =>
    printInput(arg.name, { type: arg.type, isRequired: isRequiredArgument(arg) }, subgraph),
  );
  return fields.length === 0 ? 'Readonly<Record<never, never>>' : `{ ${fields.join(' ').replace(/;$/, '')} }`;
}

function printInput(
  name: string,
  { type, isRequired }: { readonly type: GraphQLType; readonly isRequired: boolean },
  subgraph: SubgraphSchema,
): string {
  return `readonly ${name}${isRequired ? '' : '?'}: ${printValue(type, subgraph)}${isRequired ? '' : ' | undefined'};`;
}

function printValue(type: GraphQLType, subgraph: SubgraphSchema): string {
  if (isNonNullType(type)) return printPresent(type.ofType, subgraph);
  const present = printPresent(type, subgraph);
  return present === 'unknown' ? present : `${present} | null`;
}

function printPresent(type: GraphQLType, subgraph: SubgraphSchema): string {
  if (isListType(type)) {
    const item = printValue(type.ofType, subgraph);
    return item.includes(' | ')
      ? `readonly (${item})[]`
      : `readonly ${item.startsWith('readonly') ? `(${item})` : item}[]`;
  }
  const named = getNamedType(type);
  return isScalarType(named) ? (scalars[named.name] ?? 'unknown') : toTypeName(subgraph, named);
}

function externalFieldsOf(type: string, { document }: SubgraphSchema): Set<string> {
  const fields = document.definitions.flatMap((node) =>
    (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) && node.name.value === type
      ? (node.fields ?? [])
      : [],
  );
  const external = fields.filter((field) =>
    field.directives?.some(({ name }) => /^(federation__)?external$/.test(name.value)),
  );
  return new Set(external.map((field) => field.name.value));
}

function parseKey(fields: string): SelectionSetNode {
  const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (definition?.kind === Kind.OPERATION_DEFINITION) return definition.selectionSet;
  return { kind: Kind.SELECTION_SET, selections: [] };
}

function isRoot(type: GraphQLNamedType, schema: GraphQLSchema): boolean {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type as never);
}

/** `CatalogProduct` for Product of "catalog". */
function toTypeName({ name }: SubgraphSchema, type: GraphQLNamedType): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return `${words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('')}${type.name}`;
}

function toKey(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

function block(lines: readonly string[]): string {
  return `{\n${lines.map((line) => `  ${line}`).join('\n')}\n}`;
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
