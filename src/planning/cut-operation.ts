import {
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The values of variables that `@skip` and `@include` name. */
export type Flags = ReadonlyMap<string, boolean>;

type Cutting = {
  readonly flags: Flags;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fragments already cut; null: nothing is left of them. */
  readonly cut: Map<string, FragmentDefinitionNode | null>;
};

const META_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type', '__typename']);

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * An operation without what is not to be planned: introspection and `__typename` at the root, and what the flags leave
 * out; with it go fragments and variables that are no longer used. null if nothing is left. Conditions that the flags
 * decide are gone; others stay.
 */
export function cutOperation(document: DocumentNode, flags: Flags): DocumentNode | null {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) return null;
  const cutting: Cutting = { flags, fragments: readFragments(document), cut: new Map() };
  const selectionSet = cutSelections(operation.selectionSet, true, cutting);
  if (selectionSet === null) return null;
  const fragments = [...cutting.cut.values()].filter((fragment) => fragment !== null);
  return withUsedVariables({ ...operation, selectionSet }, fragments);
}

export function readFragments(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
}

function withUsedVariables(
  operation: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
): DocumentNode {
  const used = new Set<string>();
  visit(
    { kind: Kind.DOCUMENT, definitions: [{ ...operation, variableDefinitions: [] }, ...fragments] },
    { Variable: (variable) => void used.add(variable.name.value) },
  );
  const variableDefinitions =
    operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [];
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, variableDefinitions }, ...fragments] };
}

function cutSelections(selectionSet: SelectionSetNode, isRoot: boolean, cutting: Cutting): SelectionSetNode | null {
  const selections = selectionSet.selections
    .map((selection) => cutSelection(selection, isRoot, cutting))
    .filter((selection) => selection !== null);
  return selections.length === 0 ? null : { ...selectionSet, selections };
}

function cutSelection(selection: SelectionNode, isRoot: boolean, cutting: Cutting): SelectionNode | null {
  const directives = decideConditions(selection.directives ?? [], cutting.flags);
  if (directives === null) return null;
  switch (selection.kind) {
    case Kind.FIELD:
      return isRoot && META_FIELDS.has(selection.name.value) ? null : { ...cutField(selection, cutting), directives };
    case Kind.INLINE_FRAGMENT: {
      const selectionSet = cutSelections(selection.selectionSet, isRoot, cutting);
      return selectionSet && { ...selection, directives, selectionSet };
    }
    case Kind.FRAGMENT_SPREAD:
      return cutFragment(selection.name.value, isRoot, cutting) === null ? null : { ...selection, directives };
  }
}

/** Whether an object is there must be asked even if nothing of it is. */
function cutField(field: FieldNode, cutting: Cutting): FieldNode {
  if (field.selectionSet === undefined) return field;
  const selectionSet = cutSelections(field.selectionSet, false, cutting);
  return { ...field, selectionSet: selectionSet ?? { kind: Kind.SELECTION_SET, selections: [TYPENAME] } };
}

function cutFragment(name: string, isRoot: boolean, cutting: Cutting): FragmentDefinitionNode | null {
  const known = cutting.cut.get(name);
  if (known !== undefined) return known;
  const fragment = cutting.fragments.get(name);
  const selectionSet = fragment ? cutSelections(fragment.selectionSet, isRoot, cutting) : null;
  const cut = fragment && selectionSet ? { ...fragment, selectionSet } : null;
  cutting.cut.set(name, cut);
  return cut;
}

/** The directives that are left to decide; null if what they stand on is left out. */
function decideConditions(directives: readonly DirectiveNode[], flags: Flags): readonly DirectiveNode[] | null {
  const left: DirectiveNode[] = [];
  for (const directive of directives) {
    const holds = readCondition(directive, flags);
    if (holds === false) return null;
    if (holds === undefined) left.push(directive);
  }
  return left;
}

function readCondition({ name, arguments: args }: DirectiveNode, flags: Flags): boolean | undefined {
  if (name.value !== 'include' && name.value !== 'skip') return undefined;
  const value = args?.find((argument) => argument.name.value === 'if')?.value;
  const flag =
    value?.kind === Kind.VARIABLE
      ? flags.get(value.name.value)
      : value?.kind === Kind.BOOLEAN
        ? value.value
        : undefined;
  return flag === undefined ? undefined : flag === (name.value === 'include');
}

/** Names of the variables that `@skip` and `@include` use. */
export function readFlagNames(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: args }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
