import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';

/** An operation as the native planner can take it. */
export type PlannableOperation = {
  /** null: nothing is left to plan. */
  readonly document: DocumentNode | null;
  readonly responseKeys: ReadonlyMap<string, string>;
  readonly variableNames: ReadonlyMap<string, string>;
};

/**
 * Takes out what the gateway answers itself (introspection and `__typename` at the root) and renames what would clash:
 * aliases that are names of fields (the planner puts keys and required fields beside them) and variables that have the
 * names of the planner's own.
 */
export function toPlannableOperation(checked: CheckedOperation, fieldNames: ReadonlySet<string>): PlannableOperation {
  const stripped = stripRootMetaFields(checked);
  if (stripped === null) return { document: null, responseKeys: new Map(), variableNames: new Map() };
  const responseKeys = new Map<string, string>();
  const variableNames = new Map<string, string>();
  const taken = namesInUse(stripped, fieldNames);
  const document = visit(stripped, {
    Field: (field) => renameAlias(field, fieldNames, { responseKeys, taken }),
    Variable(variable) {
      if (!isPlannerVariable(variable.name.value)) return;
      const name = rename(variable.name.value, variableNames, taken);
      return { ...variable, name: { ...variable.name, value: name } };
    },
  });
  return { document, responseKeys, variableNames: new Map(Array.from(variableNames, ([from, to]) => [to, from])) };
}

function namesInUse(document: DocumentNode, fieldNames: ReadonlySet<string>): Set<string> {
  const taken = new Set(fieldNames);
  visit(document, {
    Field(field) {
      if (field.alias) taken.add(field.alias.value);
    },
    Variable(variable) {
      taken.add(variable.name.value);
    },
  });
  return taken;
}

const isPlannerVariable = (name: string) => name === 'representations' || name.startsWith('__');

type Renames = { readonly responseKeys: Map<string, string>; readonly taken: Set<string> };

function renameAlias(
  field: FieldNode,
  fieldNames: ReadonlySet<string>,
  { responseKeys, taken }: Renames,
): FieldNode | undefined {
  const alias = field.alias?.value;
  if (alias === undefined || alias === field.name.value) return undefined;
  if (!fieldNames.has(alias) && !alias.startsWith('_') && !(alias in Object.prototype)) return undefined;
  return { ...field, alias: { kind: Kind.NAME, value: rename(alias, responseKeys, taken) } };
}

function rename(name: string, renames: Map<string, string>, taken: Set<string>): string {
  const known = renames.get(name);
  if (known !== undefined) return known;
  let free = `${name.replace(/^_+/, '') || 'a'}_`;
  while (taken.has(free) || free in Object.prototype) free += '_';
  taken.add(free);
  renames.set(name, free);
  return free;
}

/** The document without root introspection and root `__typename`, and without fragments and variables no longer used. */
function stripRootMetaFields({ operation, fragments }: CheckedOperation): DocumentNode | null {
  const kept = new Map<string, FragmentDefinitionNode | null>();
  const selectionSet = stripSelections(operation.selectionSet, { fragments, kept });
  if (selectionSet === null) return null;
  keepReachable(selectionSet, fragments, kept);
  const definitions = [...kept.values()].filter((fragment) => fragment !== null);
  const body: OperationDefinitionNode = { ...operation, selectionSet };
  const used = new Set<string>();
  visit(
    { kind: Kind.DOCUMENT, definitions: [{ ...body, variableDefinitions: [] }, ...definitions] },
    { Variable: (variable) => void used.add(variable.name.value) },
  );
  const variableDefinitions =
    operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [];
  return { kind: Kind.DOCUMENT, definitions: [{ ...body, variableDefinitions }, ...definitions] };
}

type StripState = {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Root fragments already stripped; null: nothing is left of them. */
  readonly kept: Map<string, FragmentDefinitionNode | null>;
};

const META_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type', '__typename']);

function stripSelections(selectionSet: SelectionSetNode, state: StripState): SelectionSetNode | null {
  const selections = selectionSet.selections
    .map((selection) => stripSelection(selection, state))
    .filter((selection) => selection !== null);
  return selections.length === 0 ? null : { ...selectionSet, selections };
}

function stripSelection(selection: SelectionNode, state: StripState): SelectionNode | null {
  switch (selection.kind) {
    case Kind.FIELD:
      return META_FIELDS.has(selection.name.value) ? null : selection;
    case Kind.INLINE_FRAGMENT: {
      const selectionSet = stripSelections(selection.selectionSet, state);
      return selectionSet && { ...selection, selectionSet };
    }
    case Kind.FRAGMENT_SPREAD:
      return stripFragment(selection.name.value, state) === null ? null : selection;
  }
}

function stripFragment(name: string, state: StripState): FragmentDefinitionNode | null {
  const known = state.kept.get(name);
  if (known !== undefined) return known;
  const fragment = state.fragments.get(name);
  const selectionSet = fragment ? stripSelections(fragment.selectionSet, state) : null;
  const stripped = fragment && selectionSet ? { ...fragment, selectionSet } : null;
  state.kept.set(name, stripped);
  return stripped;
}

function keepReachable(
  from: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  kept: Map<string, FragmentDefinitionNode | null>,
): void {
  const queue: SelectionSetNode[] = [from];
  for (const fragment of kept.values()) if (fragment) queue.push(fragment.selectionSet);
  for (const selectionSet of queue) {
    visit(selectionSet, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || kept.has(name.value)) return;
        kept.set(name.value, fragment);
        queue.push(fragment.selectionSet);
      },
    });
  }
}
