import { delegateToSchema, type SubschemaConfig } from '@graphql-tools/delegate';
import {
  type FieldNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  GraphQLList,
  type GraphQLSchema,
  isListType,
  Kind,
  OperationTypeNode,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { DelegateField } from '../../subgraph/directives/stitching.ts';
import { type AddedField, ownAlias, readParent } from './added-field.ts';

/** The fields of the parent that a `@delegate` takes values from. */
export function parentFieldsOf({ target, field }: DelegateField): readonly string[] {
  const args = new Set((field.arguments ?? []).map((argument) => argument.name.value));
  return [...new Set(variablesOf(target))].filter((name) => !args.has(name));
}

/** A field that a service's query answers. */
export function createDelegatedField(delegate: DelegateField, subschema: SubschemaConfig): AddedField {
  const { target } = delegate;
  const name = delegate.field.name.value;
  const parentFields = parentFieldsOf(delegate);
  const targetField = queryField(subschema.schema, target.name.value);
  const targetIsList = targetField !== undefined && isListType(getNullableType(targetField.type));
  const selection = parentFields.map((parentField) => `${ownAlias(name, parentField)}: ${parentField}`);
  return {
    ...(selection.length === 0 ? {} : { selectionSet: `{ ${selection.join(' ')} }` }),
    resolve: async (parent, args, context, info) => {
      const values: Record<string, unknown> = { ...args };
      for (const field of parentFields) values[field] = readParent(parent, ownAlias(name, field), field);
      if (parentFields.some((field) => values[field] === null || values[field] === undefined)) return null;
      const takesFirst = targetIsList && !isListType(getNullableType(info.returnType));
      const answer: unknown = await delegateToSchema({
        schema: subschema,
        operation: OperationTypeNode.QUERY,
        fieldName: target.name.value,
        args: Object.fromEntries((target.arguments ?? []).map((arg) => [arg.name.value, toValue(arg.value, values)])),
        returnType: takesFirst ? new GraphQLList(getNamedType(info.returnType)) : info.returnType,
        context,
        info,
      });
      return takesFirst && Array.isArray(answer) ? ((answer as unknown[])[0] ?? null) : answer;
    },
  };
}

export function queryField(schema: GraphQLSchema, name: string): GraphQLField<unknown, unknown> | undefined {
  const fields = schema.getQueryType()?.getFields() ?? {};
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function toValue(value: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  return valueFromASTUntyped(value, variables as never);
}

function variablesOf(target: FieldNode): string[] {
  const names: string[] = [];
  visit(target, {
    [Kind.VARIABLE]: (variable) => {
      names.push(variable.name.value);
    },
  });
  return names;
}
