import { Kind, print, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';

/** The fields of one place of the response, by their response keys, whatever types they are selected on. */
type Place = Map<string, { readonly field: string; readonly below: Place }>;

/**
 * Whether types that exclude each other have different fields, or arguments, under one response key. The native planner
 * (0.0.38) aborts its process on some of these operations ("Unexpected conflict" in safe_merge).
 */
export function differsByType({ operation, fragments }: CheckedOperation): boolean {
  return differs(operation.selectionSet, new Map(), fragments);
}

function differs(
  { selections }: SelectionSetNode,
  place: Place,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): boolean {
  return selections.some((selection) => {
    switch (selection.kind) {
      case Kind.FIELD:
        return fieldDiffers(selection, place, fragments);
      case Kind.INLINE_FRAGMENT:
        return differs(selection.selectionSet, place, fragments);
      case Kind.FRAGMENT_SPREAD: {
        const fragment = fragments.get(selection.name.value);
        return fragment !== undefined && differs(fragment.selectionSet, place, fragments);
      }
    }
  });
}

function fieldDiffers(node: FieldNode, place: Place, fragments: ReadonlyMap<string, FragmentDefinitionNode>): boolean {
  const key = (node.alias ?? node.name).value;
  const field = printCall(node);
  const known = place.get(key);
  if (known !== undefined && known.field !== field) return true;
  const below: Place = known?.below ?? new Map();
  if (known === undefined) place.set(key, { field, below });
  return node.selectionSet !== undefined && differs(node.selectionSet, below, fragments);
}

const printCall = ({ name, arguments: args = [] }: FieldNode): string =>
  args.length === 0 ? name.value : `${name.value}(${args.map(print).toSorted().join(' ')})`;
