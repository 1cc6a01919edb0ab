import protobuf from 'protobufjs';
import { anyShape, listShape, objectShape, type Shape } from '../shape.ts';
import { type MessageNames, toObjectName } from './message-names.ts';
import { findJsonForm, googleName } from './well-known-types.ts';

/** The shape of a message as an object: its fields by the names they have there. */
export function shapeOfMessage(type: protobuf.Type, names: MessageNames): Shape {
  const name = googleName(type);
  if (name === 'Any') return anyShape; // it carries whatever was put into it
  if (findJsonForm(type) !== undefined) return shapeOfWellKnown(type, name);
  const fields = type.fieldsArray.map(
    (field) => [toObjectName(field, names), () => shapeOfField(field, names)] as const,
  );
  return objectShape(`message ${type.fullName.slice(1)}`, new Map(fields));
}

function shapeOfWellKnown(type: protobuf.Type, name: string | undefined): Shape {
  if (name === 'Struct' || name === 'Value' || name === 'ListValue') return anyShape;
  const { value } = type.fields;
  return value === undefined ? { kind: 'leaf', scalar: 'string' } : shapeOfScalar(value);
}

function shapeOfField(field: protobuf.Field, names: MessageNames): Shape {
  if (field instanceof protobuf.MapField) return anyShape;
  const { resolvedType } = field;
  const shape = resolvedType instanceof protobuf.Type ? shapeOfMessage(resolvedType, names) : shapeOfScalar(field);
  return field.repeated ? listShape(shape) : shape;
}

function shapeOfScalar({ type, resolvedType }: protobuf.Field): Shape {
  if (resolvedType !== null || type === 'string' || type === 'bytes') return { kind: 'leaf', scalar: 'string' };
  return { kind: 'leaf', scalar: type === 'bool' ? 'boolean' : 'number' };
}
