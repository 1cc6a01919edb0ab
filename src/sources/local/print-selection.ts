import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';

/** An operation being written over a schema: a variable's definition and value for each argument met. */
export class OperationText {
  readonly schema: GraphQLSchema;
  readonly values: Record<string, unknown> = {};
  readonly #definitions: string[] = [];

  constructor(schema: GraphQLSchema) {
    this.schema = schema;
  }

  /** Gives back the variable that stands for the value. */
  addVariable(type: string, value: unknown): string {
    const name = `v${this.#definitions.length}`;
    this.#definitions.push(`$${name}: ${type}`);
    this.values[name] = value;
    return `$${name}`;
  }

  /** `($v0: ID!, $v1: Int)`, or nothing. */
  printDefinitions(): string {
    return this.#definitions.length === 0 ? '' : `(${this.#definitions.join(', ')})`;
  }
}

/** A field with its arguments and what is selected of it, as GraphQL. Throws for what the schema has not. */
export function printField(
  field: GraphQLField<unknown, unknown>,
  asked: { readonly args: unknown; readonly selection: unknown },
  text: OperationText,
): string {
  const args = printArguments(field, asked.args ?? {}, text);
  const type = getNamedType(field.type);
  if (isLeafType(type)) return `${field.name}${args}`;
  return `${field.name}${args} ${printSelection(type, asked.selection, text)}`;
}

/** `{ id items { sku } }` for `{ id: true, items: { sku: true } }`. */
export function printSelection(type: GraphQLNamedType, selection: unknown, text: OperationText): string {
  if (!isRecord(selection)) throw misuse(`${type.name} needs an object that says which fields to fetch.`);
  const parts = Object.entries(selection).flatMap(([name, asked]) => {
    if (asked === undefined || name === '$args') return [];
    if (name === '$on') return printOnTypes(asked, type, text);
    return name === '__typename' ? [name] : [printSelected(fieldOf(type, name), asked, text)];
  });
  if (parts.length === 0) throw misuse(`no field of ${type.name} is asked for.`);
  return `{ ${parts.join(' ')} }`;
}

function printSelected(field: GraphQLField<unknown, unknown>, asked: unknown, text: OperationText): string {
  return printField(field, { args: isRecord(asked) ? asked.$args : undefined, selection: asked }, text);
}

function printOnTypes(byType: unknown, type: GraphQLNamedType, text: OperationText): string[] {
  if (!isRecord(byType) || !isAbstractType(type))
    throw misuse(`$on is for interfaces and unions; ${type.name} is none.`);
  const members = new Map(text.schema.getPossibleTypes(type).map((member) => [member.name, member]));
  return Object.entries(byType).flatMap(([name, selection]) => {
    if (selection === undefined) return [];
    const member = members.get(name);
    if (member === undefined) throw misuse(`${type.name} is never a ${name}.`);
    return [`... on ${name} ${printSelection(member, selection, text)}`];
  });
}

function printArguments(field: GraphQLField<unknown, unknown>, args: unknown, text: OperationText): string {
  if (!isRecord(args)) throw misuse(`the arguments of ${field.name} are not an object.`);
  const parts = Object.entries(args).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const argument = field.args.find((candidate) => candidate.name === name);
    if (argument === undefined) throw misuse(`${field.name} has no argument "${name}".`);
    return [`${name}: ${text.addVariable(String(argument.type), value)}`];
  });
  return parts.length === 0 ? '' : `(${parts.join(', ')})`;
}

function fieldOf(type: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> {
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  if (field === undefined) throw misuse(`${type.name} has no field "${name}".`);
  return field;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function misuse(what: string): GatewayError {
  return new GatewayError('INTERNAL_ERROR', 'A resolver asked a service for what it has not.', {
    detail: `services: ${what}`,
  });
}
