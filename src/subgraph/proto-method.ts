import type { MethodDefinition } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { anyShape, listShape, objectShape, type Shape } from './shape.ts';

/** One method of a service, its types resolved. `name` is `package.Service/Method`. */
export type ProtoMethod = {
  readonly name: string;
  readonly requestType: protobuf.Type;
  readonly responseType: protobuf.Type;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
};

/**
 * How messages become objects, by the JSON mapping of proto3: 64-bit numbers and enum values are text (a JavaScript
 * number would lose digits), bytes are base64, and a field that is not on the wire has its type's default, as proto3
 * means it; fields with presence and members of a oneof are left out.
 */
const conversion: protobuf.IConversionOptions = {
  longs: String,
  enums: String,
  bytes: String,
  defaults: true,
  oneofs: true,
};

/** What grpc-js needs to call the method. Serializing throws a TypeError for an object that does not fit the message. */
export function toMethodDefinition(method: ProtoMethod): MethodDefinition<object, object> {
  const { name, requestType, responseType, requestStream, responseStream } = method;
  return {
    path: `/${name}`,
    requestStream,
    responseStream,
    requestSerialize: (message) => encode(requestType, message),
    requestDeserialize: (bytes) => decode(requestType, bytes),
    responseSerialize: (message) => encode(responseType, message),
    responseDeserialize: (bytes) => decode(responseType, bytes),
    originalName: name.slice(name.indexOf('/') + 1),
  };
}

function encode(type: protobuf.Type, message: object): Buffer {
  return Buffer.from(type.encode(type.fromObject(message as Record<string, unknown>)).finish());
}

function decode(type: protobuf.Type, bytes: Buffer): object {
  return type.toObject(type.decode(bytes), conversion);
}

const numbers: ReadonlySet<string> = new Set([
  'double',
  'float',
  'int32',
  'uint32',
  'sint32',
  'fixed32',
  'sfixed32',
  'int64',
  'uint64',
  'sint64',
  'fixed64',
  'sfixed64',
]);

/** The shape of a message as an object: its fields by the names they have there. */
export function shapeOfMessage(type: protobuf.Type): Shape {
  const title = `message ${type.fullName.slice(1)}`;
  // These carry whatever was put into them.
  if (/^message google\.protobuf\.(Struct|Value|ListValue|Any)$/.test(title)) return anyShape;
  return objectShape(title, new Map(type.fieldsArray.map((field) => [field.name, () => shapeOfField(field)])));
}

function shapeOfField(field: protobuf.Field): Shape {
  if (field instanceof protobuf.MapField) return anyShape;
  const shape = shapeOfValue(field);
  return field.repeated ? listShape(shape) : shape;
}

function shapeOfValue({ type, resolvedType }: protobuf.Field): Shape {
  if (resolvedType instanceof protobuf.Type) return shapeOfMessage(resolvedType);
  if (numbers.has(type)) return { kind: 'leaf', scalar: 'number' };
  return { kind: 'leaf', scalar: type === 'bool' ? 'boolean' : 'string' };
}
