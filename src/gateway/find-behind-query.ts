import {
  type DirectiveNode,
  type FieldNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isInterfaceType,
  isObjectType,
  Kind,
  type FragmentSpreadNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';

/** A response key, and the type of its field. */
export type Step = { readonly key: string; readonly type: GraphQLOutputType };

/** Where a selection stands: the way from the root, what decides whether it is wanted, and the types that it is for. */
type Position = {
  readonly steps: readonly Step[];
  readonly guards: readonly (readonly DirectiveNode[])[];
  readonly conditions: readonly string[];
};

/** What a field selects that leads back to `Query`. */
export type FoundBehindQuery = Position & { readonly selectionSet: SelectionSetNode };

type Parent = GraphQLNamedType | null | undefined;

/** What an operation selects of fields that lead back to `Query`, in each place where it stands; not what is below that. */
export function findBehindQuery(
  { operation, fragments }: CheckedOperation,
  schema: GraphQLSchema,
): readonly FoundBehindQuery[] {
  const root = schema.getRootType(operation.operation);
  return [...inSelections(operation.selectionSet, { steps: [], guards: [], conditions: [] }, root)];

  function* inSelections({ selections }: SelectionSetNode, at: Position, parent: Parent): Generator<FoundBehindQuery> {
    for (const selection of selections) {
      const inside = { ...at, guards: [...at.guards, guardsOf(selection)] };
      if (selection.kind === Kind.FIELD) yield* inField(selection, inside, parent);
      else yield* inFragment(selection, inside, parent);
    }
  }

  function* inFragment(
    node: InlineFragmentNode | FragmentSpreadNode,
    at: Position,
    parent: Parent,
  ): Generator<FoundBehindQuery> {
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    if (fragment === undefined) return;
    const condition = fragment.typeCondition?.name.value ?? parent?.name ?? '';
    const isNarrower = condition !== parent?.name;
    const conditions = isNarrower ? [...at.conditions, `${at.steps.length}:${condition}`] : at.conditions;
    yield* inSelections(fragment.selectionSet, { ...at, conditions }, schema.getType(condition));
  }

  function* inField(
    { name, alias, selectionSet }: FieldNode,
    at: Position,
    parent: Parent,
  ): Generator<FoundBehindQuery> {
    if (selectionSet === undefined || !(isObjectType(parent) || isInterfaceType(parent))) return;
    const field = name.value.startsWith('__') ? undefined : schema.getField(parent, name.value);
    if (field === undefined) return;
    const steps = [...at.steps, { key: alias?.value ?? name.value, type: field.type }];
    const type = getNamedType(field.type);
    if (type === schema.getQueryType()) yield { ...at, steps, selectionSet };
    else yield* inSelections(selectionSet, { ...at, steps }, type);
  }
}

function guardsOf({ directives = [] }: SelectionNode): readonly DirectiveNode[] {
  return directives.filter(({ name }) => name.value === 'include' || name.value === 'skip');
}
