import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type ValueNode,
  visit,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;
type Conditional = FieldNode | InlineFragmentNode | FragmentSpreadNode;

/** Documents that are kept of one operation: those of the first so many ways in which its conditions come out. */
const MOST_KEPT = 64;

/**
 * A document as it is for the given variables, without `@skip` and `@include`. graphql-tools takes a field that stands
 * twice under different conditions for one, and would ask for it under the first condition only.
 */
export function settleConditions(document: DocumentNode): (variables: Variables) => DocumentNode {
  const names = readConditionVariables(document);
  if (names === undefined) return () => document;
  const settled = new Map<string, DocumentNode>();
  return (variables) => {
    const key = names.map((name) => (variables[name] === true ? '1' : '0')).join('');
    const known = settled.get(key);
    if (known !== undefined) return known;
    const made = settle(document, variables);
    if (settled.size < MOST_KEPT) settled.set(key, made);
    return made;
  };
}

/** The variables that conditions name; undefined where there is no condition. */
function readConditionVariables(document: DocumentNode): readonly string[] | undefined {
  const names = new Set<string>();
  let isConditional = false;
  visit(document, {
    [Kind.DIRECTIVE](node) {
      if (!isCondition(node)) return;
      isConditional = true;
      const value = conditionOf(node);
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return isConditional ? [...names] : undefined;
}

function settle(document: DocumentNode, variables: Variables): DocumentNode {
  const settleNode = (node: Conditional): Conditional | null | undefined => {
    const conditions = node.directives?.filter(isCondition) ?? [];
    if (conditions.length === 0) return undefined;
    if (!conditions.every((condition) => holds(condition, variables))) return null;
    return { ...node, directives: node.directives?.filter((directive) => !isCondition(directive)) };
  };
  return visit(document, {
    [Kind.FIELD]: settleNode,
    [Kind.INLINE_FRAGMENT]: settleNode,
    [Kind.FRAGMENT_SPREAD]: settleNode,
    [Kind.SELECTION_SET]: {
      // An object of which nothing is wanted is an object still.
      leave: (node) => (node.selections.length === 0 ? { ...node, selections: [TYPENAME] } : undefined),
    },
  });
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const isCondition = ({ name }: DirectiveNode) => name.value === 'skip' || name.value === 'include';

const conditionOf = (directive: DirectiveNode): ValueNode | undefined => directive.arguments?.[0]?.value;

function holds(directive: DirectiveNode, variables: Variables): boolean {
  const value = conditionOf(directive);
  const isTrue =
    value?.kind === Kind.VARIABLE ? variables[value.name.value] === true : value?.kind === Kind.BOOLEAN && value.value;
  return isTrue === (directive.name.value === 'include');
}
