import { MapperKind, mapSchema, renameType } from '@graphql-tools/utils';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type NamedTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Rename } from '../../subgraph/directives/rename.ts';
import { compileTypenames } from './result-typenames.ts';

/** A service's schema by the subgraph's names, and how what goes to the service and comes from it is translated. */
export type RenamedService = {
  readonly schema: GraphQLSchema;
  /** The operation in the service's words. Response keys stay as they are. */
  readonly toService: (document: DocumentNode) => DocumentNode;
  /** The answer to an operation (in the subgraph's words), with the subgraph's names of types in it. */
  readonly toPresented: (document: DocumentNode, data: unknown) => unknown;
};

const ROOTS = { getQueryType: 'Query', getMutationType: 'Mutation', getSubscriptionType: 'Subscription' } as const;

/** Renames what a service calls otherwise. Root types are called Query, Mutation and Subscription here, whatever they are there. */
export function renameService(name: string, schema: GraphQLSchema, renames: readonly Rename[]): RenamedService {
  const own = renames.filter(({ service }) => service === undefined || service === name);
  const types = typeNames(schema, own);
  const fields = fieldNames(schema, own, types);
  if (types.size === 0 && fields.size === 0) {
    return { schema, toService: (document) => document, toPresented: (_, data) => data };
  }
  const renamed = applyNames(schema, types, fields);
  const back = new Map([...types].map(([from, to]) => [to, from]));
  const fieldsBack = new Map(
    [...fields].map(([from, to]) => [toCoordinate(types, from, to), from.split('.')[1] ?? to]),
  );
  const typenames = types.size === 0 ? undefined : cached(compileTypenames);
  return {
    schema: renamed,
    toService: cached((document) => translate(document, renamed, { types: back, fields: fieldsBack })),
    toPresented: (document, data) => (typenames === undefined ? data : typenames(document)(data, types)),
  };
}

/** The service's names of types → the subgraph's. */
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

/** `Type.field` by the service's names → the field's new name. */
function fieldNames(
  schema: GraphQLSchema,
  renames: readonly Rename[],
  types: ReadonlyMap<string, string>,
): Map<string, string> {
  const names = new Map<string, string>();
  for (const { type, field, from } of renames) {
    if (field === undefined || field === from) continue;
    const owner = ownerOf(type, types);
    const found = schema.getType(owner);
    if (found !== undefined && 'getFields' in found && Object.hasOwn(found.getFields(), from))
      names.set(`${owner}.${from}`, field);
  }
  return names;
}

/** What the service calls a type of the subgraph. */
function ownerOf(type: string, types: ReadonlyMap<string, string>): string {
  for (const [from, to] of types) if (to === type) return from;
  return type;
}

function toCoordinate(types: ReadonlyMap<string, string>, from: string, field: string): string {
  const owner = from.split('.')[0] ?? '';
  return `${types.get(owner) ?? owner}.${field}`;
}

function applyNames(
  schema: GraphQLSchema,
  types: ReadonlyMap<string, string>,
  fields: ReadonlyMap<string, string>,
): GraphQLSchema {
  const withFields = mapSchema(schema, {
    [MapperKind.COMPOSITE_FIELD]: (config, field, type) => {
      const to = fields.get(`${type}.${field}`);
      return to === undefined ? undefined : [to, config];
    },
  });
  return mapSchema(withFields, {
    [MapperKind.TYPE]: (type) => {
      const to = types.get(type.name);
      return to === undefined ? undefined : renameType(type, to);
    },
  });
}

type Names = { readonly types: ReadonlyMap<string, string>; readonly fields: ReadonlyMap<string, string> };

function translate(document: DocumentNode, schema: GraphQLSchema, { types, fields }: Names): DocumentNode {
  const info = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(info, {
      [Kind.NAMED_TYPE]: {
        leave: (node): NamedTypeNode | undefined => {
          const name = types.get(node.name.value);
          return name === undefined ? undefined : { ...node, name: { kind: Kind.NAME, value: name } };
        },
      },
      [Kind.FIELD]: {
        leave: (node): FieldNode | undefined => {
          const name = fields.get(`${info.getParentType()?.name}.${node.name.value}`);
          if (name === undefined) return undefined;
          return { ...node, alias: node.alias ?? node.name, name: { kind: Kind.NAME, value: name } };
        },
      },
    }),
  );
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
