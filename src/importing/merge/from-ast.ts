import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  print,
} from 'graphql';
import type { DraftDirective, DraftField, DraftInput, DraftValue } from '../draft.ts';
import { enumValue } from '../print-draft.ts';

/** A field out of a schema, as the printer of drafts takes it. */
export function toDraftField(node: FieldDefinitionNode): DraftField {
  return {
    name: node.name.value,
    type: print(node.type),
    description: node.description?.value,
    args: (node.arguments ?? []).map(toDraftInput),
    directives: (node.directives ?? []).map(toDraftDirective),
  };
}

export function toDraftInput(node: InputValueDefinitionNode): DraftInput {
  return {
    name: node.name.value,
    type: print(node.type),
    description: node.description?.value,
    initial: node.defaultValue === undefined ? undefined : print(node.defaultValue),
    directives: (node.directives ?? []).map(toDraftDirective),
  };
}

export function toDraftDirective(node: ConstDirectiveNode): DraftDirective {
  return {
    name: node.name.value,
    args: Object.fromEntries((node.arguments ?? []).map(({ name, value }) => [name.value, toDraftValue(value)])),
  };
}

function toDraftValue(node: ConstValueNode): DraftValue {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.NULL:
      return null;
    case Kind.ENUM:
      return enumValue(node.value);
    case Kind.LIST:
      return node.values.map(toDraftValue);
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, toDraftValue(value)]));
  }
}
