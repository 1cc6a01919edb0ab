import {
  coerceInputLiteral,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  type ObjectValueNode,
  type OperationDefinitionNode,
  typeFromAST,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { Variables } from './fetch-run.ts';
import { enumsToWire } from './wire-enums.ts';

/** Gives a value in its JSON form; undefined where none was given. */
type ReadInput = (variables: Variables) => unknown;

/**
 * A field's arguments by name, literals coerced once, defaults filled in, enum values as the service calls them
 * (`wireNames`). What was not given is left out.
 */
export function compileArguments(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  wireNames: SubgraphSchema['wireNames'] = new Map(),
): (variables: Variables) => Readonly<Record<string, unknown>> {
  const given = new Map(node.arguments?.map((argument) => [argument.name.value, argument.value]));
  const readers = field.args.map((argument) => {
    const read = compileInput(given.get(argument.name), argument);
    const toWire = enumsToWire(argument.type, wireNames);
    return [argument.name, toWire === undefined ? read : (variables: Variables) => toWire(read(variables))] as const;
  });
  return (variables) => {
    const values = Object.create(null) as Record<string, unknown>; // an argument may be called `constructor`
    for (const [name, read] of readers) {
      const value = read(variables);
      if (value !== undefined) values[name] = value;
    }
    return values;
  };
}

function compileInput(node: ValueNode | undefined, definition: GraphQLArgument | GraphQLInputField): ReadInput {
  const otherwise = compileDefault(definition);
  if (node === undefined) return otherwise;
  const read = compileValue(node, definition.type);
  return (variables) => {
    const value = read(variables);
    return value === undefined ? otherwise(variables) : value;
  };
}

function compileDefault({ default: given, type }: GraphQLArgument | GraphQLInputField): ReadInput {
  if (given === undefined) return () => undefined;
  return given.literal === undefined ? () => given.value : compileValue(given.literal, type);
}

function compileValue(node: ValueNode, type: GraphQLInputType): ReadInput {
  if (node.kind === Kind.VARIABLE) {
    const name = node.name.value;
    return (variables) => (Object.hasOwn(variables, name) ? variables[name] : undefined);
  }
  if (!holdsVariable(node)) {
    const constant: unknown = coerceInputLiteral(node, type) ?? valueFromASTUntyped(node);
    return () => constant;
  }
  const named = isNonNullType(type) ? type.ofType : type;
  if (isListType(named)) return compileList(node, named.ofType);
  return node.kind === Kind.OBJECT ? compileObject(node, named) : (variables) => valueFromASTUntyped(node, variables);
}

function compileList(node: ValueNode, type: GraphQLInputType): ReadInput {
  const items = (node.kind === Kind.LIST ? node.values : [node]).map((item) => compileValue(item, type));
  return (variables) => items.map((read) => read(variables) ?? null);
}

function compileObject(node: ObjectValueNode, type: GraphQLInputType): ReadInput {
  if (!isInputObjectType(type)) return (variables) => valueFromASTUntyped(node, variables);
  const given = new Map(node.fields.map((field) => [field.name.value, field.value]));
  const fields = Object.values(type.getFields()).map(
    (field) => [field.name, compileInput(given.get(field.name), field)] as const,
  );
  return (variables) =>
    Object.fromEntries(
      fields.map(([name, read]) => [name, read(variables)]).filter(([, value]) => value !== undefined),
    );
}

function holdsVariable(node: ValueNode): boolean {
  let isFound = false;
  visit(node, {
    Variable: () => {
      isFound = true;
    },
  });
  return isFound;
}

/** Fills in an operation's defaults for variables that were not given. */
export function compileVariables(
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): (given: Variables) => Variables {
  const defaults: Record<string, unknown> = {};
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    const inputType = typeFromAST(schema, type);
    if (defaultValue === undefined || !isInputType(inputType)) continue;
    defaults[variable.name.value] = coerceInputLiteral(defaultValue, inputType) ?? null;
  }
  return Object.keys(defaults).length === 0 ? (given) => given : (given) => ({ ...defaults, ...given });
}
