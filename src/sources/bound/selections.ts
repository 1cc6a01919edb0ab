import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from './fetch-run.ts';

/** Whether a selection is wanted; undefined: always. */
type Condition = ((variables: Variables) => boolean) | undefined;

/** A selection set, and the condition under which it was spread or selected. */
export type SelectionPart = { readonly selectionSet: SelectionSetNode; readonly when: Condition };

/** All selections of one response key. */
export type CollectedField = {
  readonly responseKey: string;
  readonly node: FieldNode;
  readonly when: Condition;
  readonly parts: readonly SelectionPart[];
};

export type SelectionScope = {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

type Selected = { readonly node: FieldNode; readonly when: Condition };

/** The fields that an object of this type is asked for, in order (GraphQL specification, 6.3.2), with conditions kept apart. */
export function collectFields(
  parts: readonly SelectionPart[],
  type: GraphQLObjectType,
  scope: SelectionScope,
): readonly CollectedField[] {
  const byKey = new Map<string, Selected[]>();

  function collect(selectionSet: SelectionSetNode, outer: Condition): void {
    for (const selection of selectionSet.selections) {
      const own = compileCondition(selection.directives ?? []);
      if (own !== 'never') collectSelection(selection, both(outer, own));
    }
  }

  function collectSelection(selection: SelectionNode, when: Condition): void {
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      byKey.set(key, [...(byKey.get(key) ?? []), { node: selection, when }]);
      return;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : scope.fragments.get(selection.name.value);
    if (fragment !== undefined && fits(type, fragment.typeCondition?.name.value, scope.schema))
      collect(fragment.selectionSet, when);
  }

  for (const { selectionSet, when } of parts) collect(selectionSet, when);
  return [...byKey].flatMap(([responseKey, selected]) => toField(responseKey, selected) ?? []);
}

function toField(responseKey: string, selected: readonly Selected[]): CollectedField | undefined {
  const [first] = selected;
  if (first === undefined) return undefined;
  const parts = selected.flatMap(({ node, when }) =>
    node.selectionSet === undefined ? [] : [{ selectionSet: node.selectionSet, when }],
  );
  return { responseKey, node: first.node, when: selected.map(({ when }) => when).reduce(either), parts };
}

function fits(type: GraphQLObjectType, condition: string | undefined, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wanted = schema.getType(condition);
  return isAbstractType(wanted) && schema.isSubType(wanted, type);
}

function compileCondition(directives: readonly DirectiveNode[]): Condition | 'never' {
  let condition: Condition;
  for (const directive of directives) {
    const name = directive.name.value;
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    if (value === undefined || (name !== 'skip' && name !== 'include')) continue;
    const wanted = name === 'include';
    if (value.kind === Kind.BOOLEAN && value.value !== wanted) return 'never';
    if (value.kind === Kind.VARIABLE) {
      const variable = value.name.value;
      condition = both(condition, (variables) => (variables[variable] === true) === wanted);
    }
  }
  return condition;
}

function both(left: Condition, right: Condition): Condition {
  if (left === undefined || right === undefined) return left ?? right;
  return (variables) => left(variables) && right(variables);
}

function either(left: Condition, right: Condition): Condition {
  if (left === undefined || right === undefined) return undefined;
  return (variables) => left(variables) || right(variables);
}
