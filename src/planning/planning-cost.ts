import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';
import type { SupergraphFacts } from './read-supergraph-facts.ts';

type CostFacts = Pick<SupergraphFacts, 'fieldTypes' | 'possibleTypes' | 'multipliedTypes' | 'writtenOut'>;

type Estimating = {
  readonly facts: CostFacts;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** By the fragment, and where it stands. */
  readonly known: Map<string, number>;
};

/**
 * How many selections the native planner has to work through for an operation, at most: at each level of an interface or
 * a union that it writes out, as many as there are possible types. Linear in what the operation selects.
 */
export function estimatePlanning({ operation, fragments }: CheckedOperation, facts: CostFacts & RootTypes): number {
  const rootType = facts.rootTypes.get(operation.operation);
  const estimating = { facts, fragments, known: new Map<string, number>() };
  return estimateSelections(operation.selectionSet, scopeOf(rootType, facts), estimating);
}

type RootTypes = Pick<SupergraphFacts, 'rootTypes'>;

/** Where selections stand: in the place of this type, and written out so many times. */
type Scope = { readonly typeName: string | undefined; readonly times: number };

function scopeOf(typeName: string | undefined, { multipliedTypes }: CostFacts): Scope {
  return { typeName, times: (typeName !== undefined && multipliedTypes.get(typeName)) || 1 };
}

function estimateSelections({ selections }: SelectionSetNode, scope: Scope, estimating: Estimating): number {
  let cost = 0;
  for (const selection of selections) {
    switch (selection.kind) {
      case Kind.FIELD:
        cost += scope.times * estimateField(selection, scope, estimating);
        break;
      case Kind.INLINE_FRAGMENT: {
        const inner = narrow(scope, selection.typeCondition?.name.value, estimating.facts);
        cost += 1 + estimateSelections(selection.selectionSet, inner, estimating);
        break;
      }
      case Kind.FRAGMENT_SPREAD:
        cost += estimateFragment(selection.name.value, scope, estimating);
    }
  }
  return cost;
}

function estimateField({ name, selectionSet }: FieldNode, { typeName }: Scope, estimating: Estimating): number {
  const { fieldTypes, writtenOut } = estimating.facts;
  if (selectionSet === undefined) {
    const unknown = typeName === undefined ? undefined : writtenOut.get(typeName);
    return unknown?.fields.has(name.value) === true ? unknown.types.length : 1;
  }
  const type = typeName === undefined ? undefined : fieldTypes.get(typeName)?.get(name.value);
  return 1 + estimateSelections(selectionSet, scopeOf(type, estimating.facts), estimating);
}

function estimateFragment(name: string, scope: Scope, estimating: Estimating): number {
  const fragment = estimating.fragments.get(name);
  if (fragment === undefined) return 0;
  const inner = narrow(scope, fragment.typeCondition.name.value, estimating.facts);
  const key = `${name} ${inner.typeName} ${inner.times}`;
  const known = estimating.known.get(key);
  if (known !== undefined) return known;
  const cost = 1 + estimateSelections(fragment.selectionSet, inner, estimating);
  estimating.known.set(key, cost);
  return cost;
}

/**
 * A fragment on an abstract type is as large as one type where it stands in an object's place; in the place of another
 * abstract type it is written out for the types of one of them.
 */
function narrow(scope: Scope, condition: string | undefined, facts: CostFacts): Scope {
  const { typeName } = scope;
  if (condition === undefined || condition === typeName) return scope;
  const inner = scopeOf(condition, facts);
  const typesInside = facts.possibleTypes.get(condition)?.size;
  if (typesInside === undefined || typeName === undefined) return inner;
  const typesOutside = facts.possibleTypes.get(typeName)?.size;
  if (typesOutside === undefined) return scope;
  return { typeName: condition, times: Math.max(scope.times, typesInside, typesOutside) };
}
