import protobuf from 'protobufjs';
import { readNotes } from './notes.ts';
import { readFieldRules } from './validation-rules.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * Messages as JSON Schemas, as proto3's JSON mapping has them: `messages` as they are answered, where what has no presence
 * is always there, `requests` as they are sent. By full names; `enums` beside them.
 */
export type MessageSchemas = {
  readonly messages: Readonly<Record<string, Schema>>;
  readonly requests: Readonly<Record<string, Schema>>;
  readonly enums: Readonly<Record<string, Schema>>;
};

export function readMessageSchemas(roots: readonly protobuf.Root[]): MessageSchemas {
  const schemas = { messages: {}, requests: {}, enums: {} } as Record<keyof MessageSchemas, Record<string, Schema>>;
  const visit = (object: protobuf.ReflectionObject): void => {
    if (object instanceof protobuf.Enum) schemas.enums[fullName(object)] = enumSchema(object);
    if (object instanceof protobuf.Type) {
      const ownForm = wellKnown[fullName(object)];
      schemas.messages[fullName(object)] = ownForm ?? messageSchema(object, 'messages');
      schemas.requests[fullName(object)] = ownForm ?? messageSchema(object, 'requests');
    }
    if (object instanceof protobuf.Namespace) object.nestedArray.forEach(visit);
  };
  roots.forEach(visit);
  return schemas;
}

/** Without the dot that protobufjs puts in front. */
export function fullName({ fullName: name }: protobuf.ReflectionObject): string {
  return name.replace(/^\./, '');
}

function enumSchema(type: protobuf.Enum): Schema {
  return { type: 'string', title: type.name, enum: Object.keys(type.values), ...readNotes(type.comment) };
}

function messageSchema(type: protobuf.Type, use: 'messages' | 'requests'): Schema {
  const properties = type.fieldsArray.map((field) => [field.jsonName ?? field.name, fieldSchema(field, use)] as const);
  const required = type.fieldsArray.filter((field) => (use === 'messages' ? isAlwaysThere(field) : isDemanded(field)));
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: required.map((field) => field.jsonName ?? field.name),
    ...readNotes(type.comment),
  };
}

/** Fields without presence have their type's default where they are not on the wire. */
function isAlwaysThere(field: protobuf.Field): boolean {
  if (field instanceof protobuf.MapField || field.repeated || field.required) return true;
  return !field.hasPresence && !(field.resolvedType instanceof protobuf.Type);
}

function isDemanded(field: protobuf.Field): boolean {
  return field.required || behaviours(field).includes('REQUIRED') || readFieldRules(field).isRequired;
}

/** `google.api.field_behavior`, once or several times. */
function behaviours(field: protobuf.Field): readonly unknown[] {
  const parsed: unknown = field.parsedOptions;
  const options: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
  return options.flatMap(
    (option) => (option as Readonly<Record<string, unknown>>)['(google.api.field_behavior)'] ?? [],
  );
}

function fieldSchema(field: protobuf.Field, use: 'messages' | 'requests'): Schema {
  const said = {
    ...readNotes(field.comment),
    deprecated: field.options?.['deprecated'] === true,
    readOnly: behaviours(field).includes('OUTPUT_ONLY'),
    writeOnly: behaviours(field).includes('INPUT_ONLY'),
  };
  if (field instanceof protobuf.MapField) return { type: 'object', additionalProperties: true, ...said };
  const rules = readFieldRules(field);
  const value = valueSchema(field, use);
  if (!field.repeated) return { ...value, ...rules.field, ...said };
  return { type: 'array', items: { ...value, nullable: mayBeNull(field), ...rules.items }, ...rules.field, ...said };
}

function valueSchema({ resolvedType, type }: protobuf.Field, use: 'messages' | 'requests'): Schema {
  if (mayBeNull({ resolvedType })) return nullable(anything);
  if (resolvedType instanceof protobuf.Enum) return { $ref: `#/enums/${fullName(resolvedType)}` };
  if (resolvedType === null) return scalars[type] ?? {};
  const name = fullName(resolvedType);
  return wellKnown[name] ?? { $ref: `#/${use}/${name}` };
}

/** What may be null though it is there: `NullValue`, which is nothing else, and `Value`. */
function mayBeNull({ resolvedType }: Pick<protobuf.Field, 'resolvedType'>): boolean {
  return /^\.google\.protobuf\.(?:NullValue|Value)$/.test(resolvedType?.fullName ?? '');
}

/** Of Google's that JSON writes in a form of their own: text, a number, anything. */
export function hasOwnForm(type: protobuf.Type): boolean {
  return Object.hasOwn(wellKnown, fullName(type));
}

const bytes = { type: 'string' };
const number = { type: 'number' };
const int32 = { type: 'integer' };
const int64 = { type: 'integer', format: 'int64' };

const scalars: Readonly<Record<string, Schema>> = {
  double: number,
  float: number,
  int32,
  sint32: int32,
  sfixed32: int32,
  // More than Int takes.
  uint32: number,
  fixed32: number,
  int64,
  uint64: int64,
  sint64: int64,
  fixed64: int64,
  sfixed64: int64,
  bool: { type: 'boolean' },
  string: { type: 'string' },
  bytes,
};

/** It says of itself that it holds whatever JSON may. */
const anything = { additionalProperties: true };

const nullable = (schema: Schema): Schema => ({ ...schema, nullable: true });

const wellKnown: Readonly<Record<string, Schema>> = {
  'google.protobuf.Timestamp': nullable({ type: 'string', format: 'date-time' }),
  'google.protobuf.Duration': nullable({ type: 'string' }),
  'google.protobuf.FieldMask': nullable({ type: 'string' }),
  'google.protobuf.Struct': anything,
  'google.protobuf.Value': anything,
  'google.protobuf.ListValue': anything,
  'google.protobuf.Any': anything,
  'google.protobuf.DoubleValue': nullable(number),
  'google.protobuf.FloatValue': nullable(number),
  'google.protobuf.Int64Value': nullable(int64),
  'google.protobuf.UInt64Value': nullable(int64),
  'google.protobuf.Int32Value': nullable(int32),
  'google.protobuf.UInt32Value': nullable(number),
  'google.protobuf.BoolValue': nullable({ type: 'boolean' }),
  'google.protobuf.StringValue': nullable({ type: 'string' }),
  'google.protobuf.BytesValue': nullable(bytes),
};
