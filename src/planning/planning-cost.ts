import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';
import type { SupergraphFacts } from './read-supergraph-facts.ts';

type CostFacts = Pick<SupergraphFacts, 'fieldTypes' | 'multipliedTypes'>;

type Estimating = {
  readonly facts: CostFacts;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** By the fragment, and the type in whose place it stands. */
  readonly known: Map<string, number>;
};

/**
 * How many selections the native planner has to work through for an operation, at most: at each level of an interface or
 * a union that it writes out, as many as there are possible types. Linear in what the operation selects.
 */
export function estimatePlanning({ operation, fragments }: CheckedOperation, facts: CostFacts & RootTypes): number {
  const rootType = facts.rootTypes.get(operation.operation);
  return estimateSelections(operation.selectionSet, rootType, { facts, fragments, known: new Map() });
}

type RootTypes = Pick<SupergraphFacts, 'rootTypes'>;

function estimateSelections(
  { selections }: SelectionSetNode,
  typeName: string | undefined,
  estimating: Estimating,
): number {
  const times = (typeName !== undefined && estimating.facts.multipliedTypes.get(typeName)) || 1;
  let cost = 0;
  for (const selection of selections) {
    switch (selection.kind) {
      case Kind.FIELD:
        cost += times * estimateField(selection, typeName, estimating);
        break;
      case Kind.INLINE_FRAGMENT: {
        const inner = narrow(typeName, selection.typeCondition?.name.value, estimating.facts);
        cost += 1 + estimateSelections(selection.selectionSet, inner, estimating);
        break;
      }
      case Kind.FRAGMENT_SPREAD:
        cost += estimateFragment(selection.name.value, typeName, estimating);
    }
  }
  return cost;
}

function estimateField(
  { name, selectionSet }: FieldNode,
  typeName: string | undefined,
  estimating: Estimating,
): number {
  if (selectionSet === undefined) return 1;
  const type = typeName === undefined ? undefined : estimating.facts.fieldTypes.get(typeName)?.get(name.value);
  return 1 + estimateSelections(selectionSet, type, estimating);
}

function estimateFragment(name: string, typeName: string | undefined, estimating: Estimating): number {
  const fragment = estimating.fragments.get(name);
  if (fragment === undefined) return 0;
  const inner = narrow(typeName, fragment.typeCondition.name.value, estimating.facts);
  const key = `${name} ${inner}`;
  const known = estimating.known.get(key);
  if (known !== undefined) return known;
  const cost = 1 + estimateSelections(fragment.selectionSet, inner, estimating);
  estimating.known.set(key, cost);
  return cost;
}

/** A fragment on an interface is as large as one type where it stands in this type's place. */
function narrow(typeName: string | undefined, condition: string | undefined, facts: CostFacts): string | undefined {
  if (condition === undefined) return typeName;
  const isObject = typeName !== undefined && facts.fieldTypes.has(typeName) && !facts.multipliedTypes.has(typeName);
  return isObject && facts.multipliedTypes.has(condition) ? typeName : condition;
}
