import {
  getNullableType,
  type GraphQLEnumType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { isFields } from './read-field.ts';

type WireNames = SubgraphSchema['wireNames'];
type ToWire = (value: unknown) => unknown;

/** Gives the enum values in an argument the service's names (`@map`); undefined where all of them are the same. */
export function enumsToWire(type: GraphQLInputType, wireNames: WireNames): ToWire | undefined {
  return wireNames.size > 0 && holdsRenamed(type, wireNames, new Set()) ? compile(type, wireNames) : undefined;
}

/**
 * The service's names of an enum's values, as the enum has them. `…_UNSPECIFIED`, by which protobuf says that there is no
 * value, is null where the enum does not have it.
 */
export function enumFromWire(type: GraphQLEnumType, wireNames: WireNames): ToWire {
  const names = new Map(type.getValues().map(({ name }) => [wireNames.get(`${type.name}.${name}`) ?? name, name]));
  return (value) => {
    if (typeof value !== 'string') return value;
    const name = names.get(value);
    return name === undefined && /(?:^|_)UNSPECIFIED$/.test(value) ? null : (name ?? value);
  };
}

function isRenamed(type: GraphQLEnumType, wireNames: WireNames): boolean {
  return wireNames.size > 0 && type.getValues().some(({ name }) => wireNames.has(`${type.name}.${name}`));
}

function holdsRenamed(type: GraphQLInputType, wireNames: WireNames, seen: Set<unknown>): boolean {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return holdsRenamed(nullable.ofType, wireNames, seen);
  if (isEnumType(nullable)) return isRenamed(nullable, wireNames);
  if (!isInputObjectType(nullable) || seen.has(nullable)) return false;
  seen.add(nullable);
  return Object.values(nullable.getFields()).some((field) => holdsRenamed(field.type, wireNames, seen));
}

function compile(type: GraphQLInputType, wireNames: WireNames): ToWire {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const toItem = compile(nullable.ofType, wireNames);
    return (value) => (Array.isArray(value) ? value.map(toItem) : value);
  }
  if (isEnumType(nullable)) return (value) => wireNames.get(`${nullable.name}.${String(value)}`) ?? value;
  if (!isInputObjectType(nullable)) return (value) => value;
  // On first use: input types may refer to themselves.
  let fields: ReadonlyMap<string, ToWire> | undefined;
  return (value) => {
    if (!isFields(value)) return value;
    fields ??= new Map(
      Object.values(nullable.getFields()).map((field) => [field.name, compile(field.type, wireNames)]),
    );
    const known = fields;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, known.get(name)?.(inner) ?? inner]));
  };
}
