import { Kind, valueFromASTUntyped } from 'graphql';
import type { ArgumentNode, FieldNode, GraphQLCompositeType, GraphQLField, ValueNode } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import { RequestErrors } from '../errors/request-errors.ts';
import { type Cost, largestCost } from './cost-terms.ts';
import type { ListSize } from './read-costs.ts';

type SlicedField = {
  readonly node: FieldNode | undefined;
  readonly parent: GraphQLCompositeType;
  readonly definition: GraphQLField<unknown, unknown>;
};

/**
 * How long a field's list may be: the largest of its slicing arguments, else the assumed size; undefined where nothing
 * is said. Throws RequestErrors where the field must have exactly one slicing argument, and has not.
 */
export function readListSize({ node, parent, definition }: SlicedField, listSize: ListSize): Cost | undefined {
  const { assumedSize, slicingArguments, requireOneSlicingArgument } = listSize;
  const given = (node?.arguments ?? []).filter(
    ({ name, value }) => slicingArguments.includes(name.value) && value.kind !== Kind.NULL,
  );
  const defaults = definition.args.flatMap(({ name, default: value }) =>
    slicingArguments.includes(name) && value !== undefined ? toDefaultSize(value) : [],
  );
  if (slicingArguments.length > 0 && requireOneSlicingArgument && given.length !== 1) {
    if (given.length > 1 || defaults.length !== 1)
      throw wantsOneOf(slicingArguments, `${parent.name}.${definition.name}`, given);
  }
  if (given.length === 0) return defaults.length === 0 ? assumedSize : Math.max(...defaults);
  return largestCost(given.map(({ value }) => toSize(value, assumedSize ?? 1)));
}

function toDefaultSize(input: { readonly value?: unknown; readonly literal?: ValueNode }): readonly number[] {
  const value = input.literal === undefined ? input.value : valueFromASTUntyped(input.literal);
  return typeof value === 'number' ? [Math.max(0, value)] : [];
}

function toSize(value: ValueNode, fallback: number): Cost {
  const read = (given: unknown): number => (typeof given === 'number' ? Math.max(0, given) : fallback);
  if (value.kind !== Kind.VARIABLE) return read(valueFromASTUntyped(value));
  const name = value.name.value;
  return (variables) => read(variables[name]);
}

function wantsOneOf(names: readonly string[], coordinate: string, given: readonly ArgumentNode[]): RequestErrors {
  const list = names.map((name) => `"${name}"`).join(', ');
  const found = given.length === 0 ? 'none' : given.map(({ name }) => `"${name.value}"`).join(', ');
  const message = `"${coordinate}" needs exactly one of the arguments ${list}, which say how long its list may be, but found ${found}.`;
  return new RequestErrors([new GatewayError('GRAPHQL_VALIDATION_FAILED', message)]);
}
