import { Kind, type SelectionSetNode, type TypeNode } from 'graphql';
import { elementTypeOf, namedTypeOf, type TypeEntry, type TypeIndex } from './type-index.ts';

/** What is known of a value before there is one: `any` where nothing is. Objects give their fields on demand, so shapes may be recursive. */
export type Shape = AnyShape | LeafShape | ListShape | ObjectShape;

/** `variants`: it is an object that bears as its `__typename` one of these types, or none. */
type AnyShape = {
  readonly kind: 'any';
  readonly variants?: { readonly types: readonly string[]; readonly untyped: readonly string[] } | undefined;
};
/** `scalar` says what may become of it in GraphQL; undefined where that is not known. */
export type LeafShape = {
  readonly kind: 'leaf';
  readonly scalar: 'string' | 'number' | 'boolean' | undefined;
  /** All that it may be, as far as is known. */
  readonly values?: readonly string[] | undefined;
};
type ListShape = { readonly kind: 'list'; readonly of: Shape };
export type ObjectShape = {
  readonly kind: 'object';
  /** For messages: `the argument list of Query.product`, `message shop.v1.Stock`. */
  readonly title: string;
  readonly names: readonly string[];
  readonly field: (name: string) => Shape | undefined;
};

export const anyShape: AnyShape = { kind: 'any' };

export function listShape(of: Shape): ListShape {
  return { kind: 'list', of };
}

/** An object of these fields; each is made when it is asked for. */
export function objectShape(title: string, fields: ReadonlyMap<string, () => Shape>): ObjectShape {
  return { kind: 'object', title, names: [...fields.keys()], field: (name) => fields.get(name)?.() };
}

/**
 * The shape of a value of an input type, its fields called as they are or as `toName` says. Types that the files do not
 * define are `any`.
 */
export function shapeOfInput(
  type: TypeNode,
  index: TypeIndex,
  toName: (type: string, field: string) => string = (_, field) => field,
): Shape {
  const element = elementTypeOf(type);
  if (element !== undefined) return listShape(shapeOfInput(element, index, toName));
  const { value: name } = namedTypeOf(type).name;
  const entry = index.types.get(name);
  if (entry?.kind === 'input') {
    const fields = [...entry.inputFields].map(
      ([field, node]) => [toName(name, field), () => shapeOfInput(node.type, index, toName)] as const,
    );
    return objectShape(`input ${name}`, new Map(fields));
  }
  return shapeOfLeaf(name, entry);
}

/** The shape of a parent object: the fields that are there without a further call. */
export function shapeOfOutput(type: TypeNode, index: TypeIndex): Shape {
  const element = elementTypeOf(type);
  if (element !== undefined) return listShape(shapeOfOutput(element, index));
  const { value: name } = namedTypeOf(type).name;
  const entry = index.types.get(name);
  if (entry?.kind === 'object' || entry?.kind === 'interface') {
    const fields = [...entry.fields].map(([field, node]) => [field, () => shapeOfOutput(node.type, index)] as const);
    return objectShape(name, new Map(fields));
  }
  return shapeOfLeaf(name, entry);
}

/** What of a type a field set (`@key`, `@requires`) names, as an object of just these fields. */
export function shapeOfSelection(
  entry: TypeEntry,
  selection: SelectionSetNode,
  index: TypeIndex,
): Map<string, () => Shape> {
  const fields = new Map<string, () => Shape>();
  for (const node of selection.selections) {
    if (node.kind !== Kind.FIELD) continue;
    const definition = entry.fields.get(node.name.value);
    if (definition === undefined) continue;
    fields.set(node.name.value, () => narrow(definition.type, node.selectionSet, index));
  }
  return fields;
}

function narrow(type: TypeNode, selection: SelectionSetNode | undefined, index: TypeIndex): Shape {
  const element = elementTypeOf(type);
  if (element !== undefined) return listShape(narrow(element, selection, index));
  const entry = index.types.get(namedTypeOf(type).name.value);
  if (selection === undefined || entry === undefined) return shapeOfOutput(type, index);
  // Fragments in a field set choose by type: what is there is known only when the object is.
  if (selection.selections.some((node) => node.kind !== Kind.FIELD)) return anyShape;
  return objectShape(entry.name, shapeOfSelection(entry, selection, index));
}

const builtInScalars: Readonly<Record<string, LeafShape['scalar']>> = {
  ID: 'string',
  String: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
};

/** Of a scalar of the schema's own nothing is known. */
function shapeOfLeaf(name: string, entry: TypeEntry | undefined): Shape {
  const scalar = entry?.kind === 'enum' ? 'string' : builtInScalars[name];
  return scalar === undefined ? anyShape : { kind: 'leaf', scalar };
}
