import protobuf from 'protobufjs';
import type { Message } from './decoding.ts';
import { type MessageNames, toObjectName } from './message-names.ts';

/** A oneof whose members are GraphQL types: what a union, or an interface, is read from. */
export type TypedOneof = {
  readonly name: string;
  readonly types: readonly string[];
  /** Members, as the .proto calls them, that are no GraphQL type. */
  readonly untyped: readonly string[];
  /** Of a message's object: the member that is set, with its `__typename`; one that is no message stands in an object. */
  readonly read: (message: Message) => unknown;
};

/**
 * Undefined where no member of the oneof is a GraphQL type, or a field has its name. A member's type is called as its
 * message (`Card`; not where two members are of the same message), as the member (`card`), or as both messages and it
 * (`PaymentCard`).
 */
export function findTypedOneof(oneof: protobuf.OneOf, names: MessageNames): TypedOneof | undefined {
  const { parent, fieldsArray } = oneof;
  if (oneof.isProto3Optional || !(parent instanceof protobuf.Type)) return undefined;
  const name = names.keepsSnakeCase ? oneof.name : protobuf.util.jsonName(oneof.name);
  if (parent.fieldsArray.some((field) => toObjectName(field, names) === name)) return undefined;
  const members = fieldsArray.map((member) => ({
    key: toObjectName(member, names),
    protoName: member.protoName,
    typeName: candidatesOf(member, fieldsArray, parent.name).find((candidate) => names.possibleTypes.has(candidate)),
  }));
  const untyped = members.filter(({ typeName }) => typeName === undefined).map(({ protoName }) => protoName);
  if (untyped.length === members.length) return undefined;
  const read = (message: Message): unknown => {
    for (const { key, typeName } of members) {
      const value = message[key];
      if (value !== null) return { __typename: typeName, ...(isObject(value) ? value : { [key]: value }) };
    }
    return null;
  };
  const types = members.flatMap(({ typeName }) => typeName ?? []);
  return { name, types, untyped, read };
}

function candidatesOf(member: protobuf.Field, members: readonly protobuf.Field[], parent: string): readonly string[] {
  const { resolvedType, protoName } = member;
  const isAlone = members.filter((other) => other.resolvedType === resolvedType).length === 1;
  const own = protoName.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return [...(resolvedType instanceof protobuf.Type && isAlone ? [resolvedType.name] : []), own, parent + own];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
