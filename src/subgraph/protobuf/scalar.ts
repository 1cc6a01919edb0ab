import type protobuf from 'protobufjs';

/** How a type's values stand on the wire, and in JSON. */
export type Scalar = {
  readonly wireType: number;
  /** Whether a repeated field may hold several in one run of bytes. */
  readonly isPackable: boolean;
  /** Reads one value, in its JSON form. */
  readonly read: (reader: protobuf.Reader) => unknown;
  /** What a field without presence has when it is not on the wire. */
  readonly zero: unknown;
};

const MAX_SHORT_BYTES = 24;

type Long = ReturnType<protobuf.Reader['int64']>;

const number = (wireType: number, read: (reader: protobuf.Reader) => unknown): Scalar => ({
  wireType,
  isPackable: true,
  read,
  zero: 0,
});
const long = (wireType: number, read: (reader: protobuf.Reader) => Long): Scalar => ({
  wireType,
  isPackable: true,
  read: (reader) => toDigits(read(reader)),
  zero: '0',
});

/** The scalar types of the language, by name. 64-bit numbers are text, bytes base64, as in proto3's JSON mapping. */
const scalars: Readonly<Record<string, Scalar>> = {
  double: number(1, (reader) => toFinite(reader.double())),
  float: number(5, (reader) => toFinite(toShortest(reader.float()))),
  int32: number(0, (reader) => reader.int32()),
  uint32: number(0, (reader) => reader.uint32()),
  sint32: number(0, (reader) => reader.sint32()),
  fixed32: number(5, (reader) => reader.fixed32()),
  sfixed32: number(5, (reader) => reader.sfixed32()),
  int64: long(0, (reader) => reader.int64()),
  uint64: long(0, (reader) => reader.uint64()),
  sint64: long(0, (reader) => reader.sint64()),
  fixed64: long(1, (reader) => reader.fixed64()),
  sfixed64: long(1, (reader) => reader.sfixed64()),
  bool: { wireType: 0, isPackable: true, read: (reader) => reader.bool(), zero: false },
  string: { wireType: 2, isPackable: false, read: readString, zero: '' },
  bytes: { wireType: 2, isPackable: false, read: readBytes, zero: '' },
};

export function scalarOf(type: string): Scalar {
  const scalar = Object.hasOwn(scalars, type) ? scalars[type] : undefined;
  if (scalar === undefined) throw new TypeError(`There is no scalar type "${type}".`);
  return scalar;
}

/** An enum's value: its name, or its number where the contract has no name for it. `null` is NullValue's only one. */
export function enumScalar(type: protobuf.Enum): Scalar {
  const { valuesById } = type;
  const toName =
    type.fullName === '.google.protobuf.NullValue' ? () => null : (value: number) => valuesById[value] ?? value;
  return { wireType: 0, isPackable: true, read: (reader) => toName(reader.int32()), zero: toName(0) };
}

/**
 * Short ASCII is read here, for the way to Node's own decoder and back takes longer than it (40 % of decoding small
 * messages). That puts U+FFFD for what is not UTF-8: then the strict one has the word.
 */
function readString(reader: protobuf.Reader): string {
  const tagEnd = reader.pos;
  const length = reader.size();
  const start = reader.pos;
  if (length <= MAX_SHORT_BYTES && start + length <= reader.len) {
    const text = readAscii(reader.buf, start, start + length);
    if (text !== undefined) {
      reader.pos = start + length;
      return text;
    }
  }
  reader.pos = tagEnd;
  const text = reader.string();
  if (!text.includes('\uFFFD')) return text;
  reader.pos = tagEnd;
  return reader.stringVerify();
}

/** undefined where there is more in it than ASCII. */
function readAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  for (let at = start; at < end; at++) {
    const code = bytes[at] ?? 0;
    if (code > 127) return undefined;
    text += String.fromCharCode(code);
  }
  return text;
}

function readBytes(reader: protobuf.Reader): string {
  const { buffer, byteOffset, byteLength } = reader.bytes();
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** The digits of a number of 64 bits. */
export function toDigits({ high, low, unsigned }: Long): string {
  if (high === 0) return String(low >>> 0);
  return String((BigInt(unsigned ? high >>> 0 : high) << 32n) | BigInt(low >>> 0));
}

function toFinite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** The shortest decimal that is the same 32-bit number: 1.1, not 1.100000023841858. */
function toShortest(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
