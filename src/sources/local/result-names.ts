import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Names } from './service-names.ts';

type Words = ReadonlyMap<string, string>;

/** Where in the answers to one operation names of types and of enums' values stand, by response keys. */
type Shape = { readonly words: Map<string, Words>; readonly children: Map<string, Shape> };

type Naming = {
  /** The service's names of types → the subgraph's. */
  readonly types: Words;
  /** The subgraph's names → the service's. */
  readonly back: Names;
};

/** Gives the subgraph's names to the types and enums' values in an answer, which is changed itself. */
export type ReplaceNames = (data: unknown) => unknown;

/** Finds every `__typename` and enum of an operation. `schema` and the operation are in the subgraph's words. */
export function compileResultNames(document: DocumentNode, schema: GraphQLSchema, naming: Naming): ReplaceNames {
  const shape: Shape = { words: new Map(), children: new Map() };
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const search: Search = { schema, naming, fragments };
  for (const node of document.definitions)
    if (node.kind === Kind.OPERATION_DEFINITION)
      collect(node.selectionSet, { shape, type: schema.getRootType(node.operation) }, search);
  return (data) => {
    replace(data, shape);
    return data;
  };
}

type Search = {
  readonly schema: GraphQLSchema;
  readonly naming: Naming;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

type Place = { readonly shape: Shape; readonly type: GraphQLNamedType | undefined | null };

function collect({ selections }: SelectionSetNode, { shape, type }: Place, search: Search): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      collectField(selection, { shape, type }, search);
      continue;
    }
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? search.fragments.get(selection.name.value) : selection;
    const condition = inner?.typeCondition?.name.value;
    const narrowed = condition === undefined ? type : search.schema.getType(condition);
    if (inner !== undefined) collect(inner.selectionSet, { shape, type: narrowed }, search);
  }
}

function collectField({ name, alias, selectionSet }: FieldNode, { shape, type }: Place, search: Search): void {
  const key = alias?.value ?? name.value;
  const inner = fieldType(type, name.value);
  const words = name.value === '__typename' ? search.naming.types : wordsOf(inner, search.naming);
  if (words.size > 0) shape.words.set(key, words);
  if (selectionSet === undefined) return;
  const child = shape.children.get(key) ?? { words: new Map(), children: new Map() };
  shape.children.set(key, child);
  collect(selectionSet, { shape: child, type: inner }, search);
}

function fieldType(type: GraphQLNamedType | undefined | null, name: string): GraphQLNamedType | undefined {
  const field = type && 'getFields' in type ? type.getFields()[name] : undefined;
  return field === undefined ? undefined : getNamedType(field.type);
}

/** An enum's values by the service's names. */
function wordsOf(type: GraphQLNamedType | undefined, { back }: Naming): Words {
  if (!isEnumType(type)) return new Map();
  const renamed = type.getValues().flatMap(({ name }) => {
    const from = back.members.get(`${type.name}.${name}`);
    return from === undefined ? [] : [[from, name] as const];
  });
  return new Map(renamed);
}

function replace(value: unknown, shape: Shape): void {
  if (Array.isArray(value)) {
    for (const item of value) replace(item, shape);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as Record<string, unknown>;
  for (const [key, words] of shape.words) if (Object.hasOwn(object, key)) object[key] = toWord(object[key], words);
  for (const [key, child] of shape.children) replace(object[key], child);
}

function toWord(value: unknown, words: Words): unknown {
  if (Array.isArray(value)) return value.map((item) => toWord(item, words));
  return typeof value === 'string' ? (words.get(value) ?? value) : value;
}
