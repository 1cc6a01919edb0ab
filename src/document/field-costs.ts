import { isAbstractType, isInputObjectType, isLeafType } from 'graphql';
import type { GraphQLCompositeType, GraphQLNamedType, GraphQLSchema } from 'graphql';
import type { Costs, ListSize } from './read-costs.ts';

/** Weights and list sizes as an operation meets them: those of an abstract type are the largest of its objects'. */
export type FieldCosts = {
  readonly weightOfField: (parent: GraphQLCompositeType, field: string) => number | undefined;
  readonly listSizeOfField: (parent: GraphQLCompositeType, field: string) => ListSize | undefined;
  readonly weightOfArgument: (parent: GraphQLCompositeType, field: string, argument: string) => number;
  readonly weightOfInputField: (type: string, field: string) => number;
  readonly weightOfType: (type: GraphQLNamedType) => number;
};

/** The IBM specification's weights where none is given: 1 for what has fields, 0 for leaves. */
export function createFieldCosts(schema: GraphQLSchema, { weights, listSizes }: Costs): FieldCosts {
  const typesOf = (type: GraphQLCompositeType): readonly string[] =>
    isAbstractType(type) ? [type.name, ...schema.getPossibleTypes(type).map(({ name }) => name)] : [type.name];
  const largest = remember((coordinate: string, parent: GraphQLCompositeType) => {
    const member = coordinate.slice(parent.name.length);
    const known = typesOf(parent).flatMap((type) => weights.get(`${type}${member}`) ?? []);
    return known.length === 0 ? undefined : Math.max(...known);
  });
  const widest = remember((coordinate: string, parent: GraphQLCompositeType) => {
    const member = coordinate.slice(parent.name.length);
    const known = typesOf(parent).flatMap((type) => listSizes.get(`${type}${member}`) ?? []);
    return known.toSorted((left, right) => (right.assumedSize ?? 0) - (left.assumedSize ?? 0))[0];
  });
  const weightOfType = (type: GraphQLNamedType): number => {
    if (isLeafType(type)) return weights.get(type.name) ?? 0;
    if (isInputObjectType(type)) return weights.get(type.name) ?? 1;
    return largest(type.name, type) ?? 1;
  };
  return {
    weightOfField: (parent, field) => largest(`${parent.name}.${field}`, parent),
    listSizeOfField: (parent, field) => widest(`${parent.name}.${field}`, parent),
    weightOfArgument: (parent, field, argument) => largest(`${parent.name}.${field}(${argument}:)`, parent) ?? 0,
    weightOfInputField: (type, field) => weights.get(`${type}.${field}`) ?? 0,
    weightOfType,
  };
}

/** An interface of a thousand types is looked through once for each coordinate. */
function remember<Value>(
  look: (coordinate: string, parent: GraphQLCompositeType) => Value,
): (coordinate: string, parent: GraphQLCompositeType) => Value {
  const known = new Map<string, Value>();
  return (coordinate, parent) => {
    const before = known.get(coordinate);
    if (before !== undefined || known.has(coordinate)) return before as Value;
    const value = look(coordinate, parent);
    known.set(coordinate, value);
    return value;
  };
}
