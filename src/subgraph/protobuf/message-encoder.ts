import protobuf from 'protobufjs';
import protojson from 'protobufjs/ext/protojson.js';
import { toEnumNumber } from './enum-names.ts';
import { toJsonName } from './message-names.ts';
import { scalarOf } from './scalar.ts';
import { misfit, MessageMisfit, scalarWriter, type WriteScalar } from './scalar-writer.ts';
import { findJsonForm, googleName } from './well-known-types.ts';

/** How deep messages may lie in each other, as for those that are read. */
const MAX_DEPTH = 100;

const LENGTH_DELIMITED = 2;

type WriteValue = (writer: protobuf.Writer, value: unknown, depth: number) => void;

type MessageFields = {
  readonly form: 'any' | 'well-known' | 'plain';
  /** By their JSON names, and as the .proto writes them. */
  readonly byName: ReadonlyMap<string, FieldWriter>;
  /** A oneof may be written as an object of its one member. */
  readonly oneofs: ReadonlySet<string>;
  readonly required: readonly protobuf.Field[];
};

type FieldType = Pick<protobuf.Field, 'type' | 'resolvedType'>;

type FieldWriter = { readonly field: protobuf.Field; readonly write: WriteValue };

/**
 * Compiles encoders that write objects in proto3's JSON form as messages. Fields may go by their JSON names or as the
 * .proto writes them; `null` is a field that is left out. They throw MessageMisfit for what does not fit, which includes
 * names that the message does not have: nothing that was given is dropped.
 */
export class MessageEncoder {
  readonly #fields = new Map<protobuf.Type, MessageFields>();

  of(type: protobuf.Type): (message: unknown) => Buffer {
    return (message) => {
      const writer = protobuf.Writer.create();
      this.#write(type, writer, message, 0);
      return Buffer.from(writer.finish());
    };
  }

  /** Whether a message has a field, or a oneof, of this name. */
  takes(type: protobuf.Type, name: string): boolean {
    const { byName, oneofs } = this.#fieldsOf(type);
    return byName.has(name) || oneofs.has(name);
  }

  #write(type: protobuf.Type, writer: protobuf.Writer, value: unknown, depth: number): void {
    if (depth > MAX_DEPTH) throw misfit(`lies more than ${MAX_DEPTH} messages deep`);
    const fields = this.#fieldsOf(type);
    if (fields.form === 'any') this.#writeAny(type, writer, value, depth);
    else if (fields.form === 'well-known') writeWellKnown(type, writer, value);
    else writePlain(fields, writer, value, depth);
  }

  #fieldsOf(type: protobuf.Type): MessageFields {
    const known = this.#fields.get(type);
    if (known !== undefined) return known;
    const byName = new Map<string, FieldWriter>();
    for (const field of type.fieldsArray) {
      const writer = { field, write: this.#compileField(field) };
      byName.set(field.protoName, writer);
      byName.set(toJsonName(field), writer);
    }
    const oneofs = type.oneofsArray.filter((oneof) => !oneof.isProto3Optional);
    const fields: MessageFields = {
      form: googleName(type) === 'Any' ? 'any' : findJsonForm(type) === undefined ? 'plain' : 'well-known',
      byName,
      oneofs: new Set(oneofs.flatMap(({ name }) => [name, protobuf.util.jsonName(name)])),
      required: type.fieldsArray.filter(({ required }) => required),
    };
    this.#fields.set(type, fields);
    return fields;
  }

  #compileField(field: protobuf.Field): WriteValue {
    if (field instanceof protobuf.MapField) return this.#compileMap(field);
    const write = this.#compileValue(field, field.id, field.delimited);
    if (!field.repeated) return write;
    return (writer, value, depth) => {
      if (!Array.isArray(value)) throw misfit('is not a list');
      for (const [index, item] of value.entries()) within(index, () => write(writer, item, depth));
    };
  }

  /** One value with its tag. Lists are written one by one: readers of every version take them, packed or not. */
  #compileValue({ resolvedType, type }: FieldType, id: number, isGroup: boolean): WriteValue {
    if (resolvedType instanceof protobuf.Type) {
      if (isGroup) {
        return (writer, value, depth) => {
          writer.uint32((id << 3) | 3);
          this.#write(resolvedType, writer, value, depth + 1);
          writer.uint32((id << 3) | 4);
        };
      }
      return (writer, value, depth) => {
        writer.uint32((id << 3) | LENGTH_DELIMITED).fork();
        this.#write(resolvedType, writer, value, depth + 1);
        writer.ldelim();
      };
    }
    const write: WriteScalar =
      resolvedType instanceof protobuf.Enum
        ? (writer, value) => void writer.int32(toEnumNumber(resolvedType, value))
        : scalarWriter(type);
    const tag = (id << 3) | (resolvedType instanceof protobuf.Enum ? 0 : scalarOf(type).wireType);
    return (writer, value) => {
      writer.uint32(tag);
      write(writer, value);
    };
  }

  #compileMap(field: protobuf.MapField): WriteValue {
    const writeValue = this.#compileValue(field, 2, false);
    const writeKey = scalarWriter(field.keyType);
    const keyTag = (1 << 3) | scalarOf(field.keyType).wireType;
    const toKey = field.keyType === 'bool' ? toFlag : (key: unknown) => key;
    return (writer, value, depth) => {
      const given = new Set<unknown>();
      for (const [key, inner] of toEntries(value)) {
        within(String(key), () => {
          if (given.has(key)) throw misfit('is given twice');
          given.add(key);
          writer.uint32((field.id << 3) | LENGTH_DELIMITED).fork();
          writer.uint32(keyTag);
          writeKey(writer, toKey(key));
          writeValue(writer, inner, depth);
          writer.ldelim();
        });
      }
    };
  }

  #writeAny(type: protobuf.Type, writer: protobuf.Writer, value: unknown, depth: number): void {
    if (!isObject(value)) throw misfit('is not an object');
    const { '@type': url, ...rest } = value as Readonly<Record<string, unknown>>;
    if (typeof url !== 'string') throw misfit('is not the name of a type').inside('@type');
    const found = type.root.lookup(url.slice(url.lastIndexOf('/') + 1), [protobuf.Type]);
    if (!(found instanceof protobuf.Type)) throw misfit('names no type that is known here').inside('@type');
    const hasOwnForm = findJsonForm(found) !== undefined || googleName(found) === 'Any';
    const inner = protobuf.Writer.create();
    this.#write(found, inner, hasOwnForm ? rest['value'] : rest, depth + 1);
    writer.uint32((1 << 3) | LENGTH_DELIMITED).string(url.includes('/') ? url : `type.googleapis.com/${url}`);
    writer.uint32((2 << 3) | LENGTH_DELIMITED).bytes(inner.finish());
  }
}

function writePlain(
  { byName, oneofs, required }: MessageFields,
  writer: protobuf.Writer,
  value: unknown,
  depth: number,
): void {
  if (!isObject(value)) throw misfit('is not an object');
  const given = new Map<protobuf.Field | protobuf.OneOf, string>();
  const writeEntries = (entries: object): void => {
    for (const [name, inner] of Object.entries(entries)) {
      const writerOf = byName.get(name);
      if (writerOf === undefined && oneofs.has(name) && isObject(inner)) writeEntries(inner);
      else if (writerOf === undefined) throw misfit('is not in the message').inside(name);
      else if (inner !== null || takesNull(writerOf.field)) {
        claim(given, name, writerOf.field);
        within(name, () => writerOf.write(writer, inner, depth));
      }
    }
  };
  writeEntries(value);
  const missing = required.find((field) => !given.has(field));
  if (missing !== undefined) throw misfit('is required').inside(toJsonName(missing));
}

function writeWellKnown(type: protobuf.Type, writer: protobuf.Writer, value: unknown): void {
  try {
    type.encode(protojson.fromJson(type, value), writer);
  } catch {
    throw misfit(`is not a ${type.fullName.slice(1)} as JSON has it`);
  }
}

function claim(given: Map<protobuf.Field | protobuf.OneOf, string>, name: string, field: protobuf.Field): void {
  for (const place of field.partOf === null ? [field] : [field, field.partOf]) {
    const other = given.get(place);
    if (other !== undefined) throw misfit(`cannot be given beside "${other}"`).inside(name);
    given.set(place, name);
  }
}

function takesNull({ resolvedType }: protobuf.Field): boolean {
  return resolvedType?.fullName === '.google.protobuf.Value' || resolvedType?.fullName === '.google.protobuf.NullValue';
}

/** A map's key, which is text in JSON. */
function toFlag(key: unknown): unknown {
  return key === 'true' || (key === 'false' ? false : key);
}

/** An object, or a list of `{ key, value }`. */
function toEntries(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (isObject(value)) return Object.entries(value);
  if (!Array.isArray(value)) throw misfit('is neither an object nor a list of { key, value }');
  return value.map((entry: unknown, index) => {
    if (!isObject(entry) || !('key' in entry)) throw misfit('is not { key, value }').inside(index);
    return [entry.key, 'value' in entry ? entry.value : null] as const;
  });
}

function within(key: string | number, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw error instanceof MessageMisfit ? error.inside(key) : error;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
