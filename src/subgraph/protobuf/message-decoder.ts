import protobuf from 'protobufjs';
import { DecoderCode } from './decoder-code.ts';
import {
  type Decoding,
  type Message,
  NO_ENTRIES,
  NO_ITEMS,
  readEntry,
  readGroup,
  type ReadMessage,
  readPacked,
  readSized,
} from './decoding.ts';
import { type MessageNames, toObjectName } from './message-names.ts';
import { enumScalar, type Scalar, scalarOf, toDigits } from './scalar.ts';
import { findTypedOneof } from './typed-oneof.ts';
import { findJsonForm, googleName } from './well-known-types.ts';

const LENGTH_DELIMITED = 2;
const GROUP = 3;

/**
 * Compiles decoders that make of a message's bytes what is read by field names, in one pass: an object in proto3's JSON
 * form, but with every field: one that is not on the wire has its default, or is null if it has presence. They throw for
 * bytes that are no such message. Enum values that the contract does not name are numbers, of closed enums too: to leave
 * them out would hide them.
 */
export class MessageDecoder {
  readonly #names: MessageNames;
  readonly #compiled = new Map<protobuf.Type, ReadMessage>();

  constructor(names: MessageNames) {
    this.#names = names;
  }

  of(type: protobuf.Type): (bytes: Uint8Array) => unknown {
    const read = this.#compile(type);
    return (bytes) => {
      const reader = protobuf.Reader.create(bytes);
      return read({ reader, messages: 0 }, reader.len, 0);
    };
  }

  #compile(type: protobuf.Type): ReadMessage {
    const known = this.#compiled.get(type);
    if (known !== undefined) return known;
    // On first use: a type may hold itself.
    let compiled: ReadMessage | undefined;
    const read: ReadMessage = (decoding, end, depth, begun) => {
      compiled ??= this.#compileJson(type);
      return compiled(decoding, end, depth, begun);
    };
    this.#compiled.set(type, read);
    return read;
  }

  #compileJson(type: protobuf.Type): ReadMessage {
    const readPlain = this.#compilePlain(type);
    if (googleName(type) === 'Any') {
      return (decoding, end, depth) => this.#toAny(type.root, readPlain(decoding, end, depth) as Message);
    }
    const toJson = findJsonForm(type);
    if (toJson === undefined) return readPlain;
    return (decoding, end, depth) => toJson(readPlain(decoding, end, depth) as Message);
  }

  #compilePlain(type: protobuf.Type): ReadMessage {
    const code = new DecoderCode();
    for (const field of type.fieldsArray) {
      const name = toObjectName(field, this.#names);
      code.declare(name, toDefault(field));
      this.#writeField(code, `m[${JSON.stringify(name)}]`, field);
      if (field.required) {
        const missing = `${type.fullName.slice(1)} lacks its required "${name}"`;
        code.atEnd(`if (m[${JSON.stringify(name)}] === null) throw new TypeError(${JSON.stringify(missing)});`);
      }
    }
    for (const oneof of type.oneofsArray) {
      const typed = findTypedOneof(oneof, this.#names);
      if (typed === undefined) continue;
      code.declare(typed.name, null);
      code.atEnd(`m[${JSON.stringify(typed.name)}] = ${code.use(typed.read)}(m);`);
    }
    return code.compile();
  }

  #writeField(code: DecoderCode, at: string, field: protobuf.Field): void {
    if (field instanceof protobuf.MapField) return this.#writeMap(code, at, field);
    if (field.resolvedType instanceof protobuf.Type) return this.#writeMessage(code, at, field, field.resolvedType);
    const { wireType, read, isPackable } = scalarOfField(field);
    const value = `${code.use(read)}(r)`;
    if (!field.repeated) return code.on(field.id, wireType, `${this.#clearOneof(field)}${at} = ${value};`);
    // Packed and single values may both be there, whatever the contract says.
    code.on(field.id, wireType, `${listAt(code, at)}.push(${value});`);
    if (!isPackable) return undefined;
    return code.on(field.id, LENGTH_DELIMITED, `${code.use(readPacked)}(${code.use(read)}, d, ${listAt(code, at)});`);
  }

  #writeMessage(code: DecoderCode, at: string, field: protobuf.Field, type: protobuf.Type): void {
    const [wireType, frame] = field.delimited ? [GROUP, readGroup(field.id)] : [LENGTH_DELIMITED, readSized];
    const value = (begun: string): string =>
      `${code.use(frame)}(${code.use(this.#compile(type))}, d, depth + 1, ${begun})`;
    if (field.repeated) code.on(field.id, wireType, `${listAt(code, at)}.push(${value('null')});`);
    else code.on(field.id, wireType, `${this.#clearOneof(field)}${at} = ${value(at)};`);
  }

  #writeMap(code: DecoderCode, at: string, field: protobuf.MapField): void {
    const { resolvedType } = field;
    const key = scalarOf(field.keyType);
    const entry = new DecoderCode();
    entry.declare('key', key.zero);
    entry.declare('value', undefined);
    entry.on(1, key.wireType, `m.key = ${entry.use(key.read)}(r);`);
    let toDefault: (decoding: Decoding, depth: number) => unknown;
    if (resolvedType instanceof protobuf.Type) {
      const read = this.#compile(resolvedType);
      toDefault = (decoding, depth) => read(decoding, decoding.reader.pos, depth);
      entry.on(2, LENGTH_DELIMITED, `m.value = ${entry.use(readSized)}(${entry.use(read)}, d, depth + 1, m.value);`);
    } else {
      const scalar = scalarOfField(field);
      toDefault = () => scalar.zero;
      entry.on(2, scalar.wireType, `m.value = ${entry.use(scalar.read)}(r);`);
    }
    const into = `(${at} === ${code.use(NO_ENTRIES)} ? ${at} = Object.create(null) : ${at})`;
    const put = readEntry(entry.compile(), toDefault);
    code.on(field.id, LENGTH_DELIMITED, `${code.use(put)}(${into}, d, depth + 1);`);
  }

  /** The last member of a oneof that is on the wire is the one that counts. */
  #clearOneof(field: protobuf.Field): string {
    const others = (field.partOf?.fieldsArray ?? []).filter((member) => member !== field);
    return others.map((other) => `m[${JSON.stringify(toObjectName(other, this.#names))}] = null; `).join('');
  }

  /** What the contract does not know stays what it is: the name of a type, and bytes. */
  #toAny(root: protobuf.Root, { typeUrl, value }: Message): Message {
    const url = String(typeUrl);
    const name = url.slice(url.lastIndexOf('/') + 1);
    const type = name === '' ? null : root.lookup(name, [protobuf.Type]);
    if (!(type instanceof protobuf.Type)) return { '@type': url, value };
    const inner = this.of(type)(Buffer.from(String(value), 'base64'));
    const hasOwnForm = findJsonForm(type) !== undefined || googleName(type) === 'Any';
    if (hasOwnForm) return { '@type': url, value: inner };
    const typed = this.#names.possibleTypes.has(type.name) ? { __typename: type.name } : {};
    return { '@type': url, ...typed, ...(inner as Message) };
  }
}

/** Escapes in the .proto (`\\377`) are bytes, which the parser gives as characters. */
function toDeclaredBytes(text: string): Buffer {
  return Buffer.from(text, /[\u0100-\uffff]/.test(text) ? 'utf8' : 'latin1');
}

function listAt(code: DecoderCode, at: string): string {
  return `(${at} === ${code.use(NO_ITEMS)} ? ${at} = [] : ${at})`;
}

function scalarOfField({ type, resolvedType }: Pick<protobuf.Field, 'type' | 'resolvedType'>): Scalar {
  return resolvedType instanceof protobuf.Enum ? enumScalar(resolvedType) : scalarOf(type);
}

/** null where a field with presence is not on the wire, unless the contract says what it then is (proto2, editions). */
function toDefault(field: protobuf.Field): unknown {
  if (field instanceof protobuf.MapField) return NO_ENTRIES;
  if (field.repeated) return NO_ITEMS;
  if (field.options?.['default'] !== undefined) return toDeclaredDefault(field);
  return field.hasPresence || field.resolvedType instanceof protobuf.Type ? null : scalarOfField(field).zero;
}

function toDeclaredDefault({ type, options, resolvedType, typeDefault }: protobuf.Field): unknown {
  const value = typeDefault as unknown;
  if (resolvedType instanceof protobuf.Enum) return resolvedType.valuesById[value as number];
  if (type === 'bytes') return toDeclaredBytes(String(options?.['default'])).toString('base64');
  if (typeof value === 'object') return toDigits(value as Parameters<typeof toDigits>[0]);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
