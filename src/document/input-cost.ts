import { getNamedType, isInputObjectType, valueFromASTUntyped } from 'graphql';
import type { GraphQLInputType, ValueNode } from 'graphql';
import type { Cost } from './cost-terms.ts';
import type { FieldCosts } from './field-costs.ts';
import { holdsVariable } from './holds-variable.ts';

/** What an argument's value weighs: its input objects, their fields, and scalars that have a weight. */
export function costOfInput(node: ValueNode, type: GraphQLInputType, costs: FieldCosts): Cost {
  const named = getNamedType(type);
  if (!isInputObjectType(named) && costs.weightOfType(named) === 0) return 0;
  const read = (variables: Readonly<Record<string, unknown>>): number =>
    costOfValue(valueFromASTUntyped(node, variables), type, costs);
  return holdsVariable(node) ? read : read({});
}

function costOfValue(value: unknown, type: GraphQLInputType, costs: FieldCosts): number {
  if (value === null || value === undefined) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + costOfValue(item, type, costs), 0);
  const named = getNamedType(type);
  if (!isInputObjectType(named) || typeof value !== 'object') return costs.weightOfType(named);
  let cost = costs.weightOfType(named);
  const fields = named.getFields();
  for (const [name, item] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field !== undefined) cost += costs.weightOfInputField(named.name, name) + costOfValue(item, field.type, costs);
  }
  return cost;
}
