import {
  type DocumentNode,
  type FieldNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  Kind,
  type NamedTypeNode,
  TypeInfo,
  typeFromAST,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Rename } from '../../subgraph/directives/rename.ts';
import { renameSchema } from './rename-schema.ts';
import { compileResultNames } from './result-names.ts';
import { type Names, renamed, reverseNames, toArgument, translateInput, translateLiteral } from './service-names.ts';

type Variables = Readonly<Record<string, unknown>>;

/** A service's schema by the subgraph's names, and how what goes to the service and comes from it is translated. */
export type RenamedService = {
  readonly schema: GraphQLSchema;
  /** The operation in the service's words. Response keys stay as they are. */
  readonly toService: (document: DocumentNode) => DocumentNode;
  /** The values of an operation's variables (it is in the subgraph's words) in the service's words. */
  readonly toServiceValues: (document: DocumentNode, variables: Variables) => Variables;
  /** The answer to an operation (in the subgraph's words), with the subgraph's names of types and enums' values in it. */
  readonly toPresented: (document: DocumentNode, data: unknown) => unknown;
};

const ROOTS = { getQueryType: 'Query', getMutationType: 'Mutation', getSubscriptionType: 'Subscription' } as const;

/** Renames what a service calls otherwise. Root types are called Query, Mutation and Subscription here, whatever they are there. */
export function renameService(name: string, schema: GraphQLSchema, renames: readonly Rename[]): RenamedService {
  const names = readNames(
    schema,
    renames.filter(({ service }) => service === undefined || service === name),
  );
  if (names.types.size === 0 && names.members.size === 0) {
    return {
      schema,
      toService: (document) => document,
      toServiceValues: (_, values) => values,
      toPresented: (_, data) => data,
    };
  }
  const presented = renameSchema(schema, names);
  const back = reverseNames(names);
  const toResult = cached((document) => compileResultNames(document, presented, { types: names.types, back }));
  return {
    schema: presented,
    toService: cached((document) => translate(document, presented, back)),
    toServiceValues: (document, variables) => translateVariables(document, variables, { schema: presented, back }),
    toPresented: (document, data) => toResult(document)(data),
  };
}

/** The service's names → the subgraph's. */
function readNames(schema: GraphQLSchema, renames: readonly Rename[]): Names {
  const types = typeNames(schema, renames);
  const owners = reverseNames({ types, members: new Map() }).types;
  const members = new Map<string, string>();
  for (const { type, field, argument, from } of renames) {
    if (field === undefined || argument !== undefined || field === from) continue;
    const owner = owners.get(type) ?? type;
    if (memberNames(schema, owner).includes(from)) members.set(`${owner}.${from}`, field);
  }
  return { types, members: new Map([...members, ...argumentEntries(schema, renames, { types, members })]) };
}

function argumentEntries(schema: GraphQLSchema, renames: readonly Rename[], names: Names): [string, string][] {
  const back = reverseNames(names);
  return renames.flatMap(({ type, field, argument, from }): [string, string][] => {
    if (field === undefined || argument === undefined || argument === from) return [];
    const owner = back.types.get(type) ?? type;
    const of = back.members.get(`${type}.${field}`) ?? field;
    return argumentNames(schema, owner, of).includes(from) ? [[toArgument(owner, of, from), argument]] : [];
  });
}

function typeNames(schema: GraphQLSchema, renames: readonly Rename[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const [get, to] of Object.entries(ROOTS)) {
    const from = schema[get as keyof typeof ROOTS]()?.name;
    if (from !== undefined && from !== to) names.set(from, to);
  }
  for (const { type, field, from } of renames) {
    if (field === undefined && schema.getType(from) !== undefined && from !== type) names.set(from, type);
  }
  return names;
}

/** A type's fields, input fields, or values. */
export function memberNames(schema: GraphQLSchema, type: string): readonly string[] {
  const named = schema.getType(type);
  if (isEnumType(named)) return named.getValues().map(({ name }) => name);
  return named !== undefined && 'getFields' in named ? Object.keys(named.getFields()) : [];
}

export function argumentNames(schema: GraphQLSchema, type: string, field: string): readonly string[] {
  const named = schema.getType(type);
  const known = named !== undefined && 'getFields' in named ? named.getFields()[field] : undefined;
  return known !== undefined && 'args' in known ? known.args.map(({ name }) => name) : [];
}

function translate(document: DocumentNode, schema: GraphQLSchema, names: Names): DocumentNode {
  const info = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(info, {
      [Kind.NAMED_TYPE]: {
        leave: (node): NamedTypeNode | undefined => {
          const name = names.types.get(node.name.value);
          return name === undefined ? undefined : { ...node, name: { kind: Kind.NAME, value: name } };
        },
      },
      // Before its type gets the service's name.
      [Kind.VARIABLE_DEFINITION]: {
        enter: (node): VariableDefinitionNode | undefined => {
          if (node.defaultValue === undefined) return undefined;
          return { ...node, defaultValue: translateLiteral(node.defaultValue, inputTypeOf(node, schema), names) };
        },
      },
      [Kind.FIELD]: { leave: (node) => translateField(node, info, names) },
    }),
  );
}

function translateField(node: FieldNode, info: TypeInfo, names: Names): FieldNode {
  const type = info.getParentType()?.name ?? '';
  const field = node.name.value;
  const args = info.getFieldDef()?.args ?? [];
  const name = renamed(node.name, `${type}.${field}`, names);
  return {
    ...node,
    name,
    alias: node.alias ?? (name === node.name ? undefined : node.name),
    arguments: node.arguments?.map((argument) => ({
      ...argument,
      name: renamed(argument.name, toArgument(type, field, argument.name.value), names),
      value: translateLiteral(argument.value, args.find((known) => known.name === argument.name.value)?.type, names),
    })),
  };
}

function translateVariables(
  document: DocumentNode,
  variables: Variables,
  { schema, back }: { readonly schema: GraphQLSchema; readonly back: Names },
): Variables {
  const translated = { ...variables };
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const definition of node.variableDefinitions ?? []) {
      const { value: name } = definition.variable.name;
      if (Object.hasOwn(variables, name))
        translated[name] = translateInput(variables[name], inputTypeOf(definition, schema), back);
    }
  }
  return translated;
}

function inputTypeOf({ type }: VariableDefinitionNode, schema: GraphQLSchema): GraphQLInputType | undefined {
  return typeFromAST(schema, type) as GraphQLInputType | undefined;
}

/** graphql-tools makes a document for each request: nothing is remembered for longer than that lives. */
function cached<T>(make: (document: DocumentNode) => T): (document: DocumentNode) => T {
  const made = new WeakMap<DocumentNode, { readonly value: T }>();
  return (document) => {
    const known = made.get(document) ?? { value: make(document) };
    made.set(document, known);
    return known.value;
  };
}
