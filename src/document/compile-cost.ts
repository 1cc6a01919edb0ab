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
  const { parent, definition, nodes } = field;
  const { name } = definition;
  // Introspection is answered here, from what is at hand.
  if (name.startsWith('__')) return 0;
  const type = getNamedType(definition.type);
  const weight = costing.costs.weightOfField(parent, name) ?? costing.costs.weightOfType(type);
  const listSize = costing.costs.listSizeOfField(parent, name);
  const slicing = listSize && readListSize({ ...field, node: nodes[0]?.node }, listSize);
  const isSizing = listSize !== undefined && listSize.sizedFields.length > 0;
  const below = isCompositeType(type)
    ? costOfSelections(
        selectedBelow(nodes),
        isSizing ? { names: listSize.sizedFields, size: slicing ?? 1 } : undefined,
        costing,
      )
    : 0;
  const own = isSizing ? undefined : slicing;
  const times = own ?? (sized?.names.includes(name) && isList(definition.type) ? sized.size : 1);
  return addCosts([costOfArguments(field, costing.costs), multiplyCosts(times, addCosts([weight, below]))]);
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
