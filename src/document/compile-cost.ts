import { getNamedType, isAbstractType, isCompositeType, isListType, isNonNullType, isObjectType } from 'graphql';
import type { GraphQLCompositeType, GraphQLField, GraphQLOutputType } from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';
import { addCosts, type Cost, largestCost, multiplyCosts } from './cost-terms.ts';
import type { FieldCosts } from './field-costs.ts';
import { costOfInput } from './input-cost.ts';
import { readListSize } from './list-size.ts';
import { mergeSelections, selectedBelow } from './merge-selections.ts';
import type { Merging, Selected, SelectedField } from './merge-selections.ts';

type Costing = Merging & { readonly costs: FieldCosts };

/** A field that is sure to be in the schema. */
type KnownField = {
  readonly nodes: readonly SelectedField[];
  readonly parent: GraphQLCompositeType;
  readonly definition: GraphQLField<unknown, unknown>;
};

/** The size that a field's `@listSize(sizedFields:)` gives to fields below it. */
type Sized = { readonly names: readonly string[]; readonly size: Cost };

/**
 * What an operation may cost, by the IBM specification (https://ibm.github.io/graphql-specs/cost-spec.html): each field
 * its weight and that of its arguments, and what is below a list as often as the list may be long. A list of which
 * nothing is said counts as one. Of types that exclude each other the dearest counts; conditions count as fulfilled.
 * Throws RequestErrors where a field does not have the one slicing argument it needs.
 */
export function compileCost(
  { operation, fragments }: CheckedOperation,
  { schema, costs }: Pick<Costing, 'schema' | 'costs'>,
): Cost {
  const parent = schema.getRootType(operation.operation) ?? undefined;
  const costing: Costing = { schema, costs, fragments, visit: () => {} };
  return costOfSelections([{ selectionSet: operation.selectionSet, parent }], undefined, costing);
}

function costOfSelections(selected: readonly Selected[], sized: Sized | undefined, costing: Costing): Cost {
  const always: Cost[] = [];
  const byObject = new Map<string, Cost[]>();
  const isAbstract = selected.some(({ parent }) => isAbstractType(parent));
  for (const fields of mergeSelections(selected, costing).values()) {
    for (const field of groupByParent(fields)) {
      const cost = costOfField(field, sized, costing);
      if (!isAbstract || !isObjectType(field.parent)) always.push(cost);
      else byObject.set(field.parent.name, [...(byObject.get(field.parent.name) ?? []), cost]);
    }
  }
  return addCosts([...always, largestCost(Array.from(byObject.values(), addCosts))]);
}

function groupByParent(fields: readonly SelectedField[]): readonly KnownField[] {
  const groups = Map.groupBy(fields, ({ parent }) => parent);
  return [...groups].flatMap(([parent, nodes]) => {
    const definition = nodes[0]?.definition;
    return parent === undefined || definition === undefined ? [] : [{ nodes, parent, definition }];
  });
}

function costOfField(field: KnownField, sized: Sized | undefined, costing: Costing): Cost {
  const { parent, definition } = field;
  const { name } = definition;
  // Introspection is answered here, from what is at hand.
  if (name.startsWith('__')) return 0;
  const type = getNamedType(definition.type);
  const weight = costing.costs.weightOfField(parent, name) ?? costing.costs.weightOfType(type);
  const sizes = sizesOf(field, sized, costing.costs);
  const below = isCompositeType(type) ? costOfSelections(selectedBelow(field.nodes), sizes.below, costing) : 0;
  return addCosts([costOfArguments(field, costing.costs), multiplyCosts(sizes.own, addCosts([weight, below]))]);
}

/** How long the field's own list may be, and what it says about the lists below it. */
function sizesOf(
  field: KnownField,
  sized: Sized | undefined,
  costs: FieldCosts,
): { readonly own: Cost; readonly below: Sized | undefined } {
  const { parent, definition, nodes } = field;
  const listSize = costs.listSizeOfField(parent, definition.name);
  const size = listSize && readListSize({ ...field, node: nodes[0]?.node }, listSize);
  const isSized = isList(definition.type) && sized?.names.includes(definition.name) === true;
  const given = isSized ? sized.size : 1;
  if (listSize === undefined || listSize.sizedFields.length === 0) return { own: size ?? given, below: undefined };
  return { own: given, below: { names: listSize.sizedFields, size: size ?? 1 } };
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function costOfArguments({ nodes, parent, definition }: KnownField, costs: FieldCosts): Cost {
  const [first] = nodes;
  return addCosts(
    (first?.node.arguments ?? []).map(({ name, value }) => {
      const argument = definition.args.find((candidate) => candidate.name === name.value);
      if (argument === undefined) return 0;
      const weight = costs.weightOfArgument(parent, definition.name, name.value);
      return addCosts([weight, costOfInput(value, argument.type, costs)]);
    }),
  );
}
