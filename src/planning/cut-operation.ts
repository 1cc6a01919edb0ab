import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { decideConditions, type Flags } from './decide-conditions.ts';
import type { SupergraphFacts } from './read-supergraph-facts.ts';
import { liftFragments, writeOut } from './write-out-fields.ts';

type TypeFacts = Pick<SupergraphFacts, 'possibleTypes' | 'fieldTypes' | 'rootTypes' | 'writtenOut'>;

type Cutting = {
  readonly facts: TypeFacts;
  readonly flags: Flags;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fragments that were written for fields that the native planner does not know of an interface. */
  fragmentsWritten: number;
};

/** Where selections stand. */
type Scope = {
  readonly isRoot: boolean;
  /** undefined: not known. */
  readonly typeName: string | undefined;
  /** Fragments whose selections are already here. */
  readonly spread: Set<string>;
};

const META_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type', '__typename']);

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * An operation in the plainest form: without what is not to be planned (introspection and `__typename` at the root, and
 * what the flags leave out), without fragments that always or never apply, without named fragments and unused
 * variables, and with fields written out on types where the planner does not know them of the interface. null if
 * nothing is left. Throws GatewayError where that would be too many. Conditions that the flags decide are gone; others stay.
 */
export function cutOperation(document: DocumentNode, flags: Flags, facts: TypeFacts): DocumentNode | null {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) return null;
  const typeName = facts.rootTypes.get(operation.operation);
  const scope: Scope = { isRoot: true, typeName, spread: new Set() };
  const selections = cutSelections(operation.selectionSet, scope, {
    facts,
    flags,
    fragments: readFragments(document),
    fragmentsWritten: 0,
  });
  if (selections.length === 0) return null;
  return withUsedVariables({ ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } });
}

function readFragments({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
}

function withUsedVariables(operation: OperationDefinitionNode): DocumentNode {
  const used = new Set<string>();
  visit({ ...operation, variableDefinitions: [] }, { Variable: (variable) => void used.add(variable.name.value) });
  const variableDefinitions =
    operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [];
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, variableDefinitions }] };
}

function cutSelections(selectionSet: SelectionSetNode, scope: Scope, cutting: Cutting): readonly SelectionNode[] {
  const writtenOut = scope.typeName === undefined ? undefined : cutting.facts.writtenOut.get(scope.typeName);
  const unknown: FieldNode[] = [];
  const selections = selectionSet.selections.flatMap((selection) => {
    const directives = decideConditions(selection.directives ?? [], cutting.flags);
    if (directives === null) return [];
    if (selection.kind !== Kind.FIELD) return cutFragment({ ...selection, directives }, scope, cutting);
    if (scope.isRoot && META_FIELDS.has(selection.name.value)) return [];
    const field = cutField({ ...selection, directives }, scope, cutting);
    if (writtenOut?.fields.has(field.name.value) !== true) return [field];
    unknown.push(field);
    return [];
  });
  return unknown.length === 0 ? selections : [...selections, ...writeOut(unknown, writtenOut?.types ?? [], cutting)];
}

/** Whether an object is there must be asked even if nothing of it is. */
function cutField(field: FieldNode, { typeName }: Scope, cutting: Cutting): FieldNode {
  if (field.selectionSet === undefined) return field;
  const type = typeName === undefined ? undefined : cutting.facts.fieldTypes.get(typeName)?.get(field.name.value);
  const selections = cutSelections(field.selectionSet, { isRoot: false, typeName: type, spread: new Set() }, cutting);
  return {
    ...field,
    selectionSet: { kind: Kind.SELECTION_SET, selections: selections.length === 0 ? [TYPENAME] : selections },
  };
}

/** The native planner does not find its way through fragments inside fragments: those that decide nothing are dissolved. */
function cutFragment(
  written: InlineFragmentNode | FragmentSpreadNode,
  scope: Scope,
  cutting: Cutting,
): readonly SelectionNode[] {
  const { directives = [] } = written;
  const fragment = readFragment(written, scope, cutting);
  if (fragment === undefined) return [];
  const { typeCondition, selectionSet } = fragment;
  const condition = typeCondition?.name.value;
  const applies = compareTypes(scope.typeName, condition, cutting.facts);
  if (applies === 'never') return [];
  if (applies === 'always' && directives.length === 0) return cutSelections(selectionSet, scope, cutting);
  const inner: Scope = { isRoot: scope.isRoot, typeName: condition ?? scope.typeName, spread: new Set() };
  const selections = cutSelections(selectionSet, inner, cutting);
  if (selections.length === 0) return [];
  const kept = { typeCondition, directives, selectionSet: { kind: Kind.SELECTION_SET, selections } } as const;
  return liftFragments({ kind: Kind.INLINE_FRAGMENT, ...kept }, scope.typeName, cutting.facts);
}

/** undefined: what the fragment selects is here already. */
function readFragment(
  written: InlineFragmentNode | FragmentSpreadNode,
  { spread }: Scope,
  { fragments }: Cutting,
): InlineFragmentNode | FragmentDefinitionNode | undefined {
  if (written.kind === Kind.INLINE_FRAGMENT) return written;
  const name = written.name.value;
  if (spread.has(name)) return undefined;
  if (!written.directives?.length) spread.add(name);
  return fragments.get(name);
}

/** Whether a fragment's selections can stand in the place of the fragment. */
function compareTypes(
  typeName: string | undefined,
  condition: string | undefined,
  { possibleTypes, fieldTypes }: TypeFacts,
): 'always' | 'sometimes' | 'never' {
  if (condition === undefined || condition === typeName) return 'always';
  if (typeName === undefined || possibleTypes.has(typeName) || !fieldTypes.has(typeName)) return 'sometimes';
  return possibleTypes.get(condition)?.has(typeName) === true ? 'always' : 'never';
}
