import {
  Kind,
  print,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { both, compileCondition, type Condition } from './compile-conditions.ts';

/** One field of a fetch's own operation, with what it stands under in its selection set. */
export type SelectedField = {
  readonly responseKey: string;
  /** Its name and arguments, as written. */
  readonly asked: string;
  readonly condition: Condition | undefined;
  /** Type conditions of the fragments around it. */
  readonly typeConditions: readonly string[];
  /** null for a leaf. */
  readonly selection: readonly SelectedField[] | null;
};

/** A fetch's root selection, fragments dissolved. */
export function compileSelection(document: DocumentNode): readonly SelectedField[] {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const outer: Outer = { fragments, condition: undefined, typeConditions: [] };
  return operation === undefined ? [] : compileSelections(operation.selectionSet, outer);
}

type Outer = {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly condition: Condition | undefined;
  readonly typeConditions: readonly string[];
};

function compileSelections(selectionSet: SelectionSetNode, outer: Outer): readonly SelectedField[] {
  return selectionSet.selections.flatMap((selection) => compileOne(selection, outer));
}

function compileOne(selection: SelectionNode, outer: Outer): readonly SelectedField[] {
  const condition = both(outer.condition, compileCondition(selection.directives));
  if (selection.kind === Kind.FIELD) return [compileField(selection, { ...outer, condition })];
  const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? outer.fragments.get(selection.name.value) : selection;
  if (fragment === undefined) return [];
  const typeCondition = fragment.typeCondition?.name.value;
  const typeConditions = typeCondition === undefined ? outer.typeConditions : [...outer.typeConditions, typeCondition];
  return compileSelections(fragment.selectionSet, { ...outer, condition, typeConditions });
}

function compileField(field: FieldNode, { fragments, condition, typeConditions }: Outer): SelectedField {
  const selection = field.selectionSet
    ? compileSelections(field.selectionSet, { fragments, condition: undefined, typeConditions: [] })
    : null;
  const args = field.arguments?.map((argument) => print(argument)) ?? [];
  const asked = args.length === 0 ? field.name.value : `${field.name.value}(${args.join(', ')})`;
  return { responseKey: field.alias?.value ?? field.name.value, asked, condition, typeConditions, selection };
}
