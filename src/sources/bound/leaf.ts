import { type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { enumFromWire } from './wire-enums.ts';

/**
 * A leaf in the form GraphQL gives it (an ID is a text, an Int a number, an enum value as the schema calls it). Custom
 * scalars pass as they are.
 */
export function compileLeaf(
  type: GraphQLLeafType,
  coordinate: string,
  wireNames: SubgraphSchema['wireNames'] = new Map(),
): (value: unknown) => unknown {
  if (!isEnumType(type) && !isSpecifiedScalarType(type)) return (value) => value;
  const toName = isEnumType(type) ? enumFromWire(type, wireNames) : undefined;
  return (value) => {
    try {
      const named = toName === undefined ? value : toName(value);
      return named === null ? null : type.coerceOutputValue(named);
    } catch (error) {
      throw unusableAnswer(`${coordinate}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
}
