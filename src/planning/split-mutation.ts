import { Kind, type DocumentNode, type FieldNode, type OperationDefinitionNode, type SelectionNode } from 'graphql';

/**
 * A mutation's document (without named fragments) cut into one document for each root response key, in order: to be
 * planned one by one where the fields below one of them need further fetches, which must have ended before the next
 * field starts.
 */
export function splitMutation(document: DocumentNode): readonly DocumentNode[] {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) return [document];
  const fields = operation.selectionSet.selections.flatMap(readRootFields);
  const byKey = Map.groupBy(fields, ({ key }) => key);
  return Array.from(byKey.values(), (group) =>
    withSelections(
      operation,
      group.map(({ selection }) => selection),
    ),
  );
}

type RootField = { readonly key: string; readonly selection: SelectionNode };

/** Each root field, wrapped in the conditions it stands under. */
function readRootFields(selection: SelectionNode): readonly RootField[] {
  switch (selection.kind) {
    case Kind.FIELD:
      return [{ key: responseKey(selection), selection }];
    case Kind.INLINE_FRAGMENT:
      return selection.selectionSet.selections.flatMap(readRootFields).map(({ key, selection: inner }) => ({
        key,
        selection: { ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: [inner] } },
      }));
    case Kind.FRAGMENT_SPREAD:
      return [];
  }
}

const responseKey = (field: FieldNode) => field.alias?.value ?? field.name.value;

function withSelections(operation: OperationDefinitionNode, selections: readonly SelectionNode[]): DocumentNode {
  const part = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  return { kind: Kind.DOCUMENT, definitions: [part] };
}
