import { type GraphQLCompositeType, type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import type { Constraint } from '../model/constraint.ts';

/**
 * All that is asked of an argument, `place` being `field(name:)`. An interface's field is that of the types which
 * implement it: what either asks of an argument holds for both.
 */
export function constraintsOfArgument(
  type: GraphQLCompositeType,
  place: string,
  { schema, constraints }: Constrained,
): readonly Constraint[] {
  const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  return [type, ...interfaces, ...possible].flatMap(({ name }) => constraints.get(`${name}.${place}`) ?? []);
}

type Constrained = {
  readonly schema: GraphQLSchema;
  /** By argument (`Type.field(name:)`). */
  readonly constraints: ReadonlyMap<string, readonly Constraint[]>;
};
