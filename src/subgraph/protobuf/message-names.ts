import type protobuf from 'protobufjs';

/** What the fields of messages are called in objects: as the .proto writes them, or by their JSON names. */
export type MessageNames = { readonly keepsSnakeCase: boolean };

/** `price_cents` is `priceCents` (or its `json_name`), unless names are kept. Google's own types always go by JSON names. */
export function toObjectName(field: protobuf.Field, { keepsSnakeCase }: MessageNames): string {
  const isGoogles = field.parent?.fullName.startsWith('.google.protobuf.') === true;
  return keepsSnakeCase && !isGoogles ? field.protoName : field.jsonName;
}
