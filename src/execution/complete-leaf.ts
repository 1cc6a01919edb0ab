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
import { addUnusable, NULLED, type Complete, type Place } from './projection-state.ts';

/** Result coercion of a leaf (specification, section 6.4.3). Custom scalars pass as they are. */
export function compileLeaf(type: GraphQLLeafType, place: Place): Complete {
  if (isEnumType(type)) return compileEnum(type, place);
  if (!isSpecifiedScalarType(type)) return (value) => value ?? null;
  const isExact = EXACT.get(type.name);
  const message = `The value is no ${type.name}.`;
  return (value, state) => {
    if (value === null || value === undefined) return null;
    if (isExact?.(value) === true) return value;
    try {
      return type.coerceOutputValue(value);
    } catch {
      addUnusable(state, place, message);
      return NULLED;
    }
  };
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
    addUnusable(state, place, message);
    return NULLED;
  };
}
