import { getNamedType, isAbstractType, isCompositeType, Kind, visit } from 'graphql';
import type {
  FieldNode,
  FragmentDefinitionNode,
  FragmentSpreadNode,
  GraphQLCompositeType,
  GraphQLSchema,
  InlineFragmentNode,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';
import type { FieldAccess } from './field-access.ts';

type Cut = {
  readonly schema: GraphQLSchema;
  readonly access: FieldAccess;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fragments already cut, by name; null: nothing is left of them. */
  readonly cutFragments: Map<string, FragmentDefinitionNode | null>;
  readonly denied: Map<FieldNode, string>;
};

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
const ONLY_TYPENAME: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [TYPENAME] };

/**
 * The operation without the fields that `access` denies, which are put into `denied`; null if nothing is left. A field
 * none of whose own fields are left asks for `__typename`: whether it is null or not must still be known. Fragments and
 * variables that are no longer used are left out. In an operation that loses nothing, nothing is copied.
 */
export function cutOperation(
  checked: CheckedOperation,
  { schema, access }: Pick<Cut, 'schema' | 'access'>,
): { readonly allowed: CheckedOperation | null; readonly denied: ReadonlyMap<FieldNode, string> } {
  const cut: Cut = { schema, access, fragments: checked.fragments, cutFragments: new Map(), denied: new Map() };
  const root = schema.getRootType(checked.operation.operation);
  const selectionSet = root ? cutSelectionSet(checked.operation.selectionSet, root, cut) : null;
  const { denied } = cut;
  if (denied.size === 0) return { allowed: checked, denied };
  return { allowed: selectionSet && withoutUnused({ ...checked.operation, selectionSet }, cut), denied };
}

function cutSelectionSet(
  selectionSet: SelectionSetNode,
  parent: GraphQLCompositeType,
  cut: Cut,
): SelectionSetNode | null {
  const selections = selectionSet.selections
    .map((selection) => cutSelection(selection, parent, cut))
    .filter((left) => left !== null);
  return selections.length === 0 ? null : { ...selectionSet, selections };
}

function cutSelection(selection: SelectionNode, parent: GraphQLCompositeType, cut: Cut): SelectionNode | null {
  switch (selection.kind) {
    case Kind.FIELD:
      return cutField(selection, parent, cut);
    case Kind.INLINE_FRAGMENT:
      return cutInlineFragment(selection, parent, cut);
    case Kind.FRAGMENT_SPREAD:
      return cutFragment(selection.name.value, cut) === null ? emptySpread(selection, parent, cut) : selection;
  }
}

function cutField(field: FieldNode, parent: GraphQLCompositeType, cut: Cut): FieldNode | null {
  const reason = cut.access(parent, field.name.value);
  if (reason !== undefined) {
    cut.denied.set(field, reason);
    return null;
  }
  const type = returnType(parent, field.name.value);
  if (field.selectionSet === undefined || type === undefined) return field;
  const selectionSet = cutSelectionSet(field.selectionSet, type, cut) ?? ONLY_TYPENAME;
  return { ...field, selectionSet };
}

function cutInlineFragment(
  fragment: InlineFragmentNode,
  parent: GraphQLCompositeType,
  cut: Cut,
): InlineFragmentNode | null {
  const type = fragment.typeCondition === undefined ? parent : compositeType(fragment.typeCondition.name.value, cut);
  const selectionSet = type === undefined ? null : cutSelectionSet(fragment.selectionSet, type, cut);
  if (selectionSet !== null) return { ...fragment, selectionSet };
  return isAbstractType(parent) ? { ...fragment, selectionSet: ONLY_TYPENAME } : null;
}

/** Of an emptied fragment: the objects that it is on must still be told apart, for their fields are answered null. */
function emptySpread(
  { name, directives = [] }: FragmentSpreadNode,
  parent: GraphQLCompositeType,
  { fragments }: Cut,
): InlineFragmentNode | null {
  const fragment = fragments.get(name.value);
  if (fragment === undefined || !isAbstractType(parent)) return null;
  const { typeCondition } = fragment;
  return { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet: ONLY_TYPENAME };
}

// A fragment's fields stand on its own type wherever it is spread, so that it is cut once for all places.
function cutFragment(name: string, cut: Cut): FragmentDefinitionNode | null {
  const known = cut.cutFragments.get(name);
  if (known !== undefined) return known;
  const fragment = cut.fragments.get(name);
  const type = fragment && compositeType(fragment.typeCondition.name.value, cut);
  const selectionSet = fragment && type ? cutSelectionSet(fragment.selectionSet, type, cut) : null;
  const left = fragment && selectionSet ? { ...fragment, selectionSet } : null;
  cut.cutFragments.set(name, left);
  return left;
}

function compositeType(name: string, { schema }: Cut): GraphQLCompositeType | undefined {
  const type = schema.getType(name);
  return isCompositeType(type) ? type : undefined;
}

// Undefined for introspection fields: there is nothing to cut below them.
function returnType(parent: GraphQLCompositeType, fieldName: string): GraphQLCompositeType | undefined {
  if (!('getFields' in parent)) return undefined;
  const fields = parent.getFields();
  const type = Object.hasOwn(fields, fieldName) ? getNamedType(fields[fieldName]?.type) : undefined;
  return isCompositeType(type) ? type : undefined;
}

function withoutUnused(operation: OperationDefinitionNode, { cutFragments }: Cut): CheckedOperation {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const variables = new Set<string>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread({ name }) {
        const fragment = cutFragments.get(name.value);
        if (!fragment || fragments.has(name.value)) return;
        fragments.set(name.value, fragment);
        collect(fragment);
      },
    });
  };
  collect({ ...operation, variableDefinitions: [] });
  const variableDefinitions =
    operation.variableDefinitions?.filter(({ variable }) => variables.has(variable.name.value)) ?? [];
  const left = { ...operation, variableDefinitions };
  return { operation: left, fragments, document: { kind: Kind.DOCUMENT, definitions: [left, ...fragments.values()] } };
}
