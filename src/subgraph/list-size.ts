import {
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import type { ListLength } from '../model/call-graph.ts';
import type { Constraint } from '../model/constraint.ts';
import type { DirectiveReading } from './directive-reading.ts';
import { type Federation, federationDirectives } from './federation.ts';

/** Arguments that by custom say how much of a list is wanted. */
const LIMITS = ['limit', 'first', 'last'];

/** As `@listSize` says, or the default and the `@constraint(max:)` of the arguments that say how much is wanted. */
export function readListSize(
  field: FieldDefinitionNode,
  { federation, reading }: { readonly federation: Federation; readonly reading: DirectiveReading },
): ListLength {
  const [directive] = federationDirectives(field.directives, 'listSize', federation);
  const read = (name: string): unknown =>
    toValue(directive?.arguments?.find((node) => node.name.value === name)?.value);
  const assumed = read('assumedSize');
  if (typeof assumed === 'number') return atMost(assumed);
  const slicing = read('slicingArguments');
  const names: readonly unknown[] = Array.isArray(slicing) ? slicing : LIMITS;
  const limits = (field.arguments ?? []).filter(({ name }) => names.includes(name.value));
  const bounds = limits.map((node) => readMost(node, reading));
  // An argument that may be null or left out bounds nothing.
  const isBounded = limits.length > 0 && limits.every(({ type }) => type.kind === Kind.NON_NULL_TYPE);
  if (isBounded && bounds.every((most) => most !== undefined)) return atMost(Math.max(...bounds));
  const defaults = limits.flatMap(({ defaultValue }) =>
    defaultValue?.kind === Kind.INT ? Number(defaultValue.value) : [],
  );
  return { said: defaults.length === 0 ? undefined : `${Math.max(...defaults)} by default`, most: undefined };
}

function atMost(most: number): ListLength {
  return { said: `at most ${most}`, most };
}

function readMost({ directives }: InputValueDefinitionNode, reading: DirectiveReading): number | undefined {
  return reading.read<Constraint>(directives, 'constraint')[0]?.args.max;
}

function toValue(node: ValueNode | undefined): unknown {
  return node === undefined ? undefined : valueFromASTUntyped(node);
}
