import { type FieldDefinitionNode, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { type Federation, federationDirectives } from './federation.ts';

/** Arguments that by custom say how much of a list is wanted. */
const LIMITS = ['limit', 'first', 'last'];

/** How long a field's list is at most or by default, in words, as `@listSize` or an argument's default says. */
export function readListSize(field: FieldDefinitionNode, federation: Federation): string | undefined {
  const [directive] = federationDirectives(field.directives, 'listSize', federation);
  const read = (name: string): unknown =>
    toValue(directive?.arguments?.find((node) => node.name.value === name)?.value);
  const assumed = read('assumedSize');
  if (typeof assumed === 'number') return `at most ${assumed}`;
  const slicing = read('slicingArguments');
  const names: readonly unknown[] = Array.isArray(slicing) ? slicing : LIMITS;
  const defaults = (field.arguments ?? [])
    .filter(({ name }) => names.includes(name.value))
    .flatMap(({ defaultValue }) => (defaultValue?.kind === Kind.INT ? Number(defaultValue.value) : []));
  return defaults.length === 0 ? undefined : `${Math.max(...defaults)} by default`;
}

function toValue(node: ValueNode | undefined): unknown {
  return node === undefined ? undefined : valueFromASTUntyped(node);
}
