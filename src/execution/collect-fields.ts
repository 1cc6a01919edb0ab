import {
  isAbstractType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { compileCondition } from './compile-conditions.ts';

/** What collecting fields depends on. `flags` holds the values of the variables that `@skip` and `@include` name. */
export type FieldCollection = {
  /** Fields that are answered null, with the reason. */
  readonly denied: ReadonlyMap<FieldNode, string>;
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly flags: Readonly<Record<string, boolean>>;
};

/**
 * The fields of an object of type `typename`, by response key, in the order in which they first appear: CollectFields of
 * the specification (section 6.3.2). `typename` may be an interface, for objects whose own type no service knows.
 */
export function collectFields(
  collection: FieldCollection,
  typename: string,
  selectionSets: readonly SelectionSetNode[],
): ReadonlyMap<string, readonly FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const seen = new Set<string>();
  for (const selectionSet of selectionSets) collectInto(selectionSet);
  return fields;

  function collectInto(selectionSet: SelectionSetNode): void {
    for (const selection of selectionSet.selections) {
      if (compileCondition(selection.directives)?.(collection.flags) === false) continue;
      switch (selection.kind) {
        case Kind.FIELD:
          addField(selection);
          break;
        case Kind.INLINE_FRAGMENT:
          if (applies(collection.schema, typename, selection.typeCondition?.name.value))
            collectInto(selection.selectionSet);
          break;
        case Kind.FRAGMENT_SPREAD:
          collectFragment(selection.name.value);
          break;
      }
    }
  }

  function addField(field: FieldNode): void {
    const key = field.alias?.value ?? field.name.value;
    const known = fields.get(key);
    if (known === undefined) fields.set(key, [field]);
    else known.push(field);
  }

  function collectFragment(name: string): void {
    const fragment = collection.fragments.get(name);
    if (fragment === undefined || seen.has(name)) return;
    seen.add(name);
    if (applies(collection.schema, typename, fragment.typeCondition.name.value)) collectInto(fragment.selectionSet);
  }
}

/**
 * Whether what is fetched of an object depends on what is not known of it: only that it is a `typename`, an interface or
 * a union.
 */
export function hasUndecidedFragment(
  collection: FieldCollection,
  typename: string,
  selectionSet: SelectionSetNode,
): boolean {
  return selectionSet.selections.some((selection) => {
    const fragment = readFragment(collection, selection);
    if (fragment === undefined) return false;
    return applies(collection.schema, typename, fragment.typeCondition?.name.value)
      ? hasUndecidedFragment(collection, typename, fragment.selectionSet)
      : hasFields(collection, fragment.selectionSet);
  });
}

function hasFields(collection: FieldCollection, { selections }: SelectionSetNode): boolean {
  return selections.some((selection) => {
    if (selection.kind === Kind.FIELD) {
      return !collection.denied.has(selection) && compileCondition(selection.directives)?.(collection.flags) !== false;
    }
    const fragment = readFragment(collection, selection);
    return fragment !== undefined && hasFields(collection, fragment.selectionSet);
  });
}

/** undefined for a field, and for a fragment that is left out. */
function readFragment(
  collection: FieldCollection,
  selection: SelectionNode,
): InlineFragmentNode | FragmentDefinitionNode | undefined {
  if (selection.kind === Kind.FIELD || compileCondition(selection.directives)?.(collection.flags) === false)
    return undefined;
  return selection.kind === Kind.FRAGMENT_SPREAD ? collection.fragments.get(selection.name.value) : selection;
}

function applies(schema: GraphQLSchema, typename: string, condition: string | undefined): boolean {
  if (condition === undefined || condition === typename) return true;
  const abstractType = schema.getType(condition);
  const type = schema.getType(typename);
  return isAbstractType(abstractType) && isComposite(type) && schema.isSubType(abstractType, type);
}

function isComposite(type: GraphQLNamedType | undefined): type is Parameters<GraphQLSchema['isSubType']>[1] {
  return type !== undefined && 'getFields' in type && 'getInterfaces' in type;
}
