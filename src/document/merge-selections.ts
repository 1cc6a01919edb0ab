import { isCompositeType, Kind } from 'graphql';
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLField,
  GraphQLNamedType,
  GraphQLSchema,
  SelectionSetNode,
} from 'graphql';
import { getNamedType } from 'graphql';

/** Selections on a type: undefined where the document names a type or field that is not there. */
export type Selected = { readonly selectionSet: SelectionSetNode; readonly parent: GraphQLCompositeType | undefined };

/** A field of a document, with the type it is selected on. */
export type SelectedField = {
  readonly node: FieldNode;
  readonly parent: GraphQLCompositeType | undefined;
  readonly definition: GraphQLField<unknown, unknown> | undefined;
};

export type Merging = {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Called for each selection that is read: it may throw when there are too many. */
  readonly visit: () => void;
};

/**
 * The fields of selection sets that stand at the same place of a response, by response key, through all fragments.
 * Each field node comes once.
 */
export function mergeSelections(selected: readonly Selected[], merging: Merging): ReadonlyMap<string, SelectedField[]> {
  const merged = new Map<string, SelectedField[]>();
  const queue = [...selected];
  const seen = new Set<SelectionSetNode>();
  // Fields keep the order in which they are written, but for those of fragments, which come after.
  for (const { selectionSet, parent } of queue) {
    if (seen.has(selectionSet)) continue;
    seen.add(selectionSet);
    for (const selection of selectionSet.selections) {
      merging.visit();
      if (selection.kind === Kind.FIELD) addField(merged, { node: selection, parent, definition: undefined }, merging);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition?.name.value;
        queue.push({
          selectionSet: selection.selectionSet,
          parent: type === undefined ? parent : typeOf(type, merging),
        });
      } else {
        const fragment = merging.fragments.get(selection.name.value);
        if (fragment === undefined) continue;
        queue.push({ selectionSet: fragment.selectionSet, parent: typeOf(fragment.typeCondition.name.value, merging) });
      }
    }
  }
  return merged;
}

/** What is selected below fields that are merged. */
export function selectedBelow(fields: readonly SelectedField[]): Selected[] {
  return fields.flatMap(({ node, definition }) =>
    node.selectionSet === undefined
      ? []
      : [{ selectionSet: node.selectionSet, parent: composite(definition && getNamedType(definition.type)) }],
  );
}

function addField(merged: Map<string, SelectedField[]>, { node, parent }: SelectedField, { schema }: Merging): void {
  const field = { node, parent, definition: parent && schema.getField(parent, node.name.value) };
  const key = node.alias?.value ?? node.name.value;
  const others = merged.get(key);
  if (others === undefined) merged.set(key, [field]);
  else others.push(field);
}

const typeOf = (name: string, { schema }: Merging): GraphQLCompositeType | undefined => composite(schema.getType(name));

const composite = (type: GraphQLNamedType | undefined): GraphQLCompositeType | undefined =>
  isCompositeType(type) ? type : undefined;
