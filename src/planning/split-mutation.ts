import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { readFragments } from './cut-operation.ts';

/**
 * A mutation's document cut into one document for each root response key, in order: to be planned one by one where the
 * fields below one of them need further fetches, which must have ended before the next field starts.
 */
export function splitMutation(document: DocumentNode): readonly DocumentNode[] {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) return [document];
  const fragments = readFragments(document);
  const byKey = new Map<string, SelectionNode[]>();
  for (const { key, selection } of operation.selectionSet.selections.flatMap((root) => rootFields(root, fragments))) {
    byKey.set(key, [...(byKey.get(key) ?? []), selection]);
  }
  return Array.from(byKey.values(), (selections) => withSelections(document, operation, selections));
}

type RootField = { readonly key: string; readonly selection: SelectionNode };

/** Each root field, wrapped in the conditions it stands under. */
function rootFields(
  selection: SelectionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly RootField[] {
  if (selection.kind === Kind.FIELD) return [{ key: responseKey(selection), selection }];
  const selectionSet =
    selection.kind === Kind.INLINE_FRAGMENT
      ? selection.selectionSet
      : fragments.get(selection.name.value)?.selectionSet;
  return (selectionSet?.selections ?? [])
    .flatMap((inner) => rootFields(inner, fragments))
    .map(({ key, selection: inner }) => ({ key, selection: underConditions(inner, selection) }));
}

const responseKey = (field: FieldNode) => field.alias?.value ?? field.name.value;

function underConditions(inner: SelectionNode, outer: SelectionNode): SelectionNode {
  if (!outer.directives?.length) return inner;
  return {
    kind: Kind.INLINE_FRAGMENT,
    directives: outer.directives,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [inner] },
  };
}

function withSelections(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  selections: readonly SelectionNode[],
): DocumentNode {
  const part = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  return {
    ...document,
    definitions: document.definitions.map((definition) => (definition === operation ? part : definition)),
  };
}
