import {
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  GraphQLBoolean,
  isEnumType,
  isSpecifiedScalarType,
  type GraphQLEnumType,
  type GraphQLLeafType,
} from 'graphql';
import { addUnusable, NULLED, type Complete, type Place, type ProjectionState } from './projection-state.ts';

/** Result coercion of a leaf (specification, section 6.4.3). Custom scalars pass as they are, unless they are too deep. */
export function compileLeaf(type: GraphQLLeafType, place: Place): Complete {
  if (isEnumType(type)) return compileEnum(type, place);
  if (!isSpecifiedScalarType(type))
    return (value, state) => (isShallow(value) ? (value ?? null) : refuse(state, place, TOO_DEEP));
  const isExact = EXACT.get(type.name);
  const message = `The value is no ${type.name}.`;
  return (value, state) => {
    if (value === null || value === undefined) return null;
    if (isExact?.(value) === true) return value;
    if (isHopeless(type.name, value)) return refuse(state, place, message);
    try {
      return type.coerceOutputValue(value);
    } catch {
      return refuse(state, place, message);
    }
  };
}

/** How deep the lists and objects of a custom scalar's value may be nested: far more could not be written as JSON. */
const MAX_DEPTH = 1000;
const TOO_DEEP = `The value is nested more than ${MAX_DEPTH} levels deep.`;

/** Whether a custom scalar's value is not nested too deep. */
export function isShallow(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isShallow(item, depth + 1));
  for (const key in value) if (!isShallow((value as Readonly<Record<string, unknown>>)[key], depth + 1)) return false;
  return true;
}

function refuse(state: ProjectionState, place: Place, message: string): typeof NULLED {
  addUnusable(state, place, message);
  return NULLED;
}

/** What graphql-js would throw for, at 10 µs each: objects, and texts that are no numbers. Whatever else is its business. */
function isHopeless(type: string, value: unknown): boolean {
  if (typeof value === 'object') return true;
  if (typeof value !== 'string') return false;
  if (type === GraphQLBoolean.name) return true;
  return (type === GraphQLInt.name || type === GraphQLFloat.name) && (value === '' || Number.isNaN(Number(value)));
}

const MAX_INT = 2 ** 31 - 1;
const MIN_INT = -(2 ** 31);

/** Values that need no coercion. */
const EXACT: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  [GraphQLString.name, (value: unknown) => typeof value === 'string'],
  [GraphQLID.name, (value: unknown) => typeof value === 'string'],
  [GraphQLBoolean.name, (value: unknown) => typeof value === 'boolean'],
  [GraphQLFloat.name, (value: unknown) => typeof value === 'number' && Number.isFinite(value)],
  [
    GraphQLInt.name,
    (value: unknown) => Number.isInteger(value) && (value as number) >= MIN_INT && (value as number) <= MAX_INT,
  ],
]);

/** A value that the API's enum does not have (unknown, or inaccessible) is not named: clients must not learn of it. */
function compileEnum(type: GraphQLEnumType, place: Place): Complete {
  const names = new Set(type.getValues().map((value) => value.name));
  const message = `The value is none of the enum "${type.name}".`;
  return (value, state) => {
    if (value === null || value === undefined) return null;
    if (typeof value === 'string' && names.has(value)) return value;
    return refuse(state, place, message);
  };
}
