import { Kind, type FieldNode, type InlineFragmentNode, type SelectionNode } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { SupergraphFacts } from './read-supergraph-facts.ts';

/** Far below what the native planner could work through. */
const MAX_FRAGMENTS_WRITTEN = 5000;

/**
 * Fields that the native planner does not know of an interface, as selections on its types. Throws GatewayError
 * OPERATION_TOO_COSTLY where this makes too many fragments for one operation, which `count` counts.
 */
export function writeOut(
  fields: readonly FieldNode[],
  types: readonly string[],
  count: { fragmentsWritten: number },
): readonly InlineFragmentNode[] {
  count.fragmentsWritten += types.length;
  if (count.fragmentsWritten > MAX_FRAGMENTS_WRITTEN) {
    const message = `The operation selects fields of interfaces that would have to be planned for more than ${MAX_FRAGMENTS_WRITTEN} types in all. Select them in fewer places, or name the types that you want in fragments.`;
    throw new GatewayError('OPERATION_TOO_COSTLY', message);
  }
  return types.map((type) => fragmentOn(type, fields));
}

/** A fragment in the place of a type. What was written out in one on a reduced interface is put beside it. */
export function liftFragments(
  fragment: InlineFragmentNode,
  typeName: string | undefined,
  { possibleTypes, writtenOut }: Pick<SupergraphFacts, 'possibleTypes' | 'writtenOut'>,
): readonly InlineFragmentNode[] {
  const condition = conditionOf(fragment);
  if (condition === undefined || fragment.directives?.length || !writtenOut.has(condition)) return [fragment];
  const { selections } = fragment.selectionSet;
  const isObject = (name: string | undefined) => name !== undefined && !possibleTypes.has(name);
  const own = selections.filter((selection) => !isObject(conditionOf(selection)));
  const onObjects = selections
    .filter((selection) => selection.kind === Kind.INLINE_FRAGMENT)
    .filter((selection) => isObject(conditionOf(selection)));
  const possible = possibleTypes.get(typeName ?? '');
  const lifted = onObjects.filter((selection) => possible?.has(conditionOf(selection) ?? '') !== false);
  return [...(own.length === 0 ? [] : [fragmentOn(condition, own)]), ...lifted];
}

const conditionOf = (selection: SelectionNode): string | undefined =>
  selection.kind === Kind.INLINE_FRAGMENT ? selection.typeCondition?.name.value : undefined;

function fragmentOn(type: string, selections: readonly SelectionNode[]): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}
