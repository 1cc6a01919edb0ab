import protobuf from 'protobufjs';
import { anyShape, listShape, objectShape, type Shape } from '../shape.ts';
import { type MessageNames, toJsonName, toObjectName } from './message-names.ts';
import { findTypedOneof } from './typed-oneof.ts';
import { findJsonForm, googleName } from './well-known-types.ts';

type Fields = readonly (readonly [name: string, shape: () => Shape])[];

/** The shape of a message that is read: its fields by the names they have there. */
export function shapeOfMessage(type: protobuf.Type, names: MessageNames): Shape {
  const inner = (message: protobuf.Type): Shape => shapeOfMessage(message, names);
  return shapeOf(type, () => {
    const fields: Fields = type.fieldsArray.map((field) => [
      toObjectName(field, names),
      () => shapeOfField(field, inner),
    ]);
    const oneofs: Fields = type.oneofsArray
      .flatMap((oneof) => findTypedOneof(oneof, names) ?? [])
      .map(({ name, ...variants }) => [name, () => ({ kind: 'any', variants })]);
    return [...fields, ...oneofs];
  });
}

/** The shape of a message that is written: its fields by all names that they may go by. */
export function shapeOfRequest(type: protobuf.Type): Shape {
  return shapeOf(type, () => {
    const fields: Fields = type.fieldsArray.flatMap((field) =>
      [toJsonName(field), field.protoName].map((name) => [name, () => shapeOfField(field, shapeOfRequest)] as const),
    );
    const oneofs: Fields = type.oneofsArray
      .filter((oneof) => !oneof.isProto3Optional)
      .flatMap(({ name }) => [name, protobuf.util.jsonName(name)].map((known) => [known, () => anyShape] as const));
    return [...oneofs, ...fields];
  });
}

function shapeOf(type: protobuf.Type, fields: () => Fields): Shape {
  const name = googleName(type);
  if (name === 'Any' || name === 'Struct' || name === 'Value' || name === 'ListValue') return anyShape; // as it comes
  if (findJsonForm(type) === undefined) return objectShape(`message ${type.fullName.slice(1)}`, new Map(fields()));
  const { value } = type.fields;
  return value === undefined ? { kind: 'leaf', scalar: 'string' } : shapeOfScalar(value);
}

function shapeOfField(field: protobuf.Field, shapeOfInner: (type: protobuf.Type) => Shape): Shape {
  if (field instanceof protobuf.MapField) return anyShape;
  const { resolvedType } = field;
  const shape = resolvedType instanceof protobuf.Type ? shapeOfInner(resolvedType) : shapeOfScalar(field);
  return field.repeated ? listShape(shape) : shape;
}

function shapeOfScalar({ type, resolvedType }: protobuf.Field): Shape {
  if (resolvedType instanceof protobuf.Enum)
    return { kind: 'leaf', scalar: 'string', values: Object.values(resolvedType.valuesById) };
  if (resolvedType !== null || type === 'string' || type === 'bytes') return { kind: 'leaf', scalar: 'string' };
  return { kind: 'leaf', scalar: type === 'bool' ? 'boolean' : 'number' };
}
