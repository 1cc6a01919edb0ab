import { Kind, type TypeNode } from 'graphql';
import type { CompiledExpression } from './expression.ts';
import { followExpression } from './expression-shape.ts';
import type { LeafShape, Shape } from './shape.ts';
import { elementTypeOf, namedTypeOf, type TypeEntry, type TypeIndex } from './type-index.ts';
import { enumValuesOf } from './wire-names.ts';

/** What the schema says of how a type's fields are read from an answer. */
export type FitContext = {
  readonly index: TypeIndex;
  readonly toWireName: (name: string) => string;
  /** Where `@map` (or a contract) calls an input field or an enum value otherwise. */
  readonly wireNames: ReadonlyMap<string, string>;
  readonly mapOf: (coordinate: string) => CompiledExpression | undefined;
  /** Fields that an answer for this type must have: not those with a call of their own, nor external ones. */
  readonly fieldsFromAnswer: (entry: TypeEntry) => readonly string[];
  /** The same of an entity's own call: all that it is called for. */
  readonly fieldsFromEntityCall: (entry: TypeEntry) => readonly string[];
  /** Told of values that an answer may have where an enum stands that does not have them. */
  /** Of nullable fields that the value does not have nothing is said: an expression that makes it may leave them out. */
  readonly mayLack?: boolean;
  readonly onUnknownValues: (entry: TypeEntry, values: readonly string[]) => void;
};

/** Told of each place where a type asks for what a value of the shape can't have. */
type OnMisfit = (message: string, remedy: string) => void;

/** Checks that values of the shape can be read as the GraphQL type, field by field. */
export function fitType(type: TypeNode, shape: Shape, context: FitContext, onMisfit: OnMisfit): void {
  fit({ type, shape, title: 'the value' }, context, onMisfit, new Set());
}

/** Checks the same of what an entity's own call gives, which no other call can complete. */
export function fitEntity(type: TypeNode, shape: Shape, context: FitContext, onMisfit: OnMisfit): void {
  let isInside = false;
  const fieldsFromAnswer = (entry: TypeEntry): readonly string[] => {
    if (isInside) return context.fieldsFromAnswer(entry);
    isInside = true;
    return context.fieldsFromEntityCall(entry);
  };
  fitType(type, shape, { ...context, fieldsFromAnswer }, onMisfit);
}

type Position = { readonly type: TypeNode; readonly shape: Shape; readonly title: string };

function fit({ type, shape, title }: Position, context: FitContext, onMisfit: OnMisfit, seen: Set<string>): void {
  if (shape.kind === 'any') {
    fitVariants({ type, shape, title }, context, onMisfit);
    return;
  }
  const { value: name } = namedTypeOf(type).name;
  const entry = context.index.types.get(name);
  // A scalar of the schema's own takes what it takes.
  if (entry?.kind === 'scalar') return;
  const element = elementTypeOf(type);
  if (element !== undefined) {
    if (shape.kind === 'list') fit({ type: element, shape: shape.of, title }, context, onMisfit, seen);
    else onMisfit(`${title} is a list, but the answer has a single value`, 'Select the list, or make the type single.');
    return;
  }
  if (shape.kind === 'list') {
    onMisfit(`${title} is single, but the answer has a list`, 'Select one item, or make the type a list.');
    return;
  }
  if (entry?.kind === 'object') fitObject(entry, { type, shape, title }, context, { onMisfit, seen });
  else fitLeaf(name, { type, shape, title }, context, onMisfit);
}

/** What may be one of several types is read as a union or interface of all of them, or as a scalar of the schema's own. */
function fitVariants({ type, shape, title }: Position, { index }: FitContext, onMisfit: OnMisfit): void {
  if (shape.kind !== 'any' || shape.variants === undefined) return;
  const { types, untyped } = shape.variants;
  const { value: name } = namedTypeOf(type).name;
  const kind = index.types.get(name)?.kind;
  if (kind === 'object' || kind === 'enum' || Object.hasOwn(accepted, name)) {
    const remedy = `Make it a union: ${types.join(' | ')}.`;
    onMisfit(`${title} is ${name}, but the answer may have any of several types`, remedy);
  } else if (kind !== 'scalar' && untyped.length > 0) {
    const remedy = 'Give the schema a type of that name, and put it into the union.';
    onMisfit(`${title} may be ${untyped.join(' or ')}, for which the schema has no type`, remedy);
  }
}

/** `seen`: what has been checked already. Messages may hold themselves, and each other many times over. */
type Walk = { readonly onMisfit: OnMisfit; readonly seen: Set<string> };

function fitObject(entry: TypeEntry, { shape, title }: Position, context: FitContext, { onMisfit, seen }: Walk): void {
  if (shape.kind !== 'object') {
    onMisfit(
      `${title} is an object of type ${entry.name}, but the answer has a single value`,
      'Map its fields, or make it a scalar.',
    );
    return;
  }
  const visit = `${entry.name} of ${shape.title}`;
  if (seen.has(visit)) return;
  seen.add(visit);
  for (const name of context.fieldsFromAnswer(entry)) {
    const field = entry.fields.get(name);
    if (field === undefined) continue;
    const coordinate = `${entry.name}.${name}`;
    const map = context.mapOf(coordinate);
    const onUnknown = (message: string, remedy: string) => onMisfit(`the @map of ${coordinate} ${message}`, remedy);
    const wireName = context.toWireName(name);
    const value = map === undefined ? shape.field(wireName) : followExpression(map.node, shape, onUnknown);
    if (value === undefined) {
      if (context.mayLack === true && field.type.kind !== Kind.NON_NULL_TYPE) continue;
      const remedy = `Map it with @map(from:). ${shape.title} has: ${shape.names.join(', ')}.`;
      onMisfit(`${coordinate} is read as "${wireName}", which ${shape.title} does not have`, remedy);
    } else {
      fit({ type: field.type, shape: value, title: coordinate }, context, onMisfit, seen);
    }
  }
}

// What graphql-js makes of a value when it completes a leaf: ids and text take numbers, numbers take digits.
const accepted: Readonly<Record<string, readonly string[]>> = {
  ID: ['string', 'number'],
  String: ['string', 'number', 'boolean'],
  Int: ['number'],
  Float: ['number'],
  Boolean: ['boolean'],
};

function fitLeaf(name: string, { shape, title }: Position, context: FitContext, onMisfit: OnMisfit): void {
  const entry = context.index.types.get(name);
  const scalars = entry?.kind === 'enum' ? ['string'] : accepted[name];
  // A union or interface is chosen by the answer's __typename.
  if (scalars === undefined) return;
  if (shape.kind === 'object') {
    onMisfit(
      `${title} is ${name}, but the answer has ${shape.title}`,
      'Map the field of it that is meant with @map(from:).',
    );
    return;
  }
  if (shape.kind !== 'leaf') return;
  if (shape.scalar !== undefined && !scalars.includes(shape.scalar))
    onMisfit(`${title} is ${name}, but the answer has a ${shape.scalar}`, 'Change the type, or map another field.');
  else if (entry?.kind === 'enum') fitEnum(entry, shape, context);
}

/** `…_UNSPECIFIED` is null where the enum does not have it. */
function fitEnum(entry: TypeEntry, { values = [] }: LeafShape, { wireNames, onUnknownValues }: FitContext): void {
  const known = enumValuesOf(entry).map(({ name }) => wireNames.get(`${entry.name}.${name.value}`) ?? name.value);
  const unknown = values.filter((value) => !known.includes(value) && !/(?:^|_)UNSPECIFIED$/.test(value));
  if (unknown.length > 0) onUnknownValues(entry, unknown);
}
