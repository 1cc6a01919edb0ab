import { type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql';
import { unusableAnswer } from '../unusable-answer.ts';

/** A leaf in the form GraphQL gives it (an ID is a text, an Int a number). Custom scalars pass as they are. */
export function compileLeaf(type: GraphQLLeafType, coordinate: string): (value: unknown) => unknown {
  if (!isEnumType(type) && !isSpecifiedScalarType(type)) return (value) => value;
  return (value) => {
    try {
      return type.coerceOutputValue(value);
    } catch (error) {
      throw unusableAnswer(`${coordinate}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
}
