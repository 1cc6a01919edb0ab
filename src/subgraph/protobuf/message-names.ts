import type protobuf from 'protobufjs';

/** What the parts of messages are called in objects. */
export type MessageNames = {
  /** Fields are called as the .proto writes them, instead of by their JSON names. */
  readonly keepsSnakeCase: boolean;
  /** The GraphQL types that a union or an interface may be: what a oneof, or an Any, can say it is. */
  readonly possibleTypes: ReadonlySet<string>;
};

/** `price_cents` is `priceCents` (or its `json_name`), unless names are kept. Google's own types always go by JSON names. */
export function toObjectName(field: protobuf.Field, { keepsSnakeCase }: MessageNames): string {
  if (isExtension(field)) return toJsonName(field);
  const isGoogles = field.parent?.fullName.startsWith('.google.protobuf.') === true;
  return keepsSnakeCase && !isGoogles ? field.protoName : field.jsonName;
}

/** As proto3's JSON mapping has it. */
export function toJsonName(field: protobuf.Field): string {
  return isExtension(field) ? `[${field.name.slice(1)}]` : field.jsonName;
}

/** protobufjs puts an extension among the fields of what it extends, under its full name. */
function isExtension({ name }: protobuf.Field): boolean {
  return name.startsWith('.');
}
