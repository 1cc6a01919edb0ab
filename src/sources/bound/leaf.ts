import { GraphQLFloat, type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql';
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
      if (type === GraphQLFloat) assertDigitsKept(named);
      return named === null ? null : type.coerceOutputValue(named);
    } catch (error) {
      throw unusableAnswer(`${coordinate}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
}

/** 64-bit numbers come as text; as a Float one of more than 53 bits would be another number. */
function assertDigitsKept(value: unknown): void {
  if (typeof value === 'string' && /^-?\d{16,20}$/.test(value) && !Number.isSafeInteger(Number(value)))
    throw new RangeError(`Float cannot hold all digits of ${value}; a String or a scalar of your own can.`);
}
