import type protobuf from 'protobufjs';
import { isBase64 } from './base64.ts';

/** Writes one value, tag excluded. Throws a MessageMisfit for what the type cannot hold. */
export type WriteScalar = (writer: protobuf.Writer, value: unknown) => void;

/** A value that does not fit the message: `path` leads there from the message, `what` says what was expected. */
export class MessageMisfit extends Error {
  override readonly name = 'MessageMisfit';
  readonly path: readonly (string | number)[];
  readonly what: string;

  constructor(path: readonly (string | number)[], what: string) {
    super(path.length === 0 ? `It ${what}.` : `"${path.join('.')}" ${what}.`);
    this.path = path;
    this.what = what;
  }

  /** The same, seen from the message around it. */
  inside(key: string | number): MessageMisfit {
    return new MessageMisfit([key, ...this.path], this.what);
  }
}

export const misfit = (what: string): MessageMisfit => new MessageMisfit([], what);

const writers: Readonly<Record<string, WriteScalar>> = {
  double: (writer, value) => void writer.double(toNumber(value)),
  float: (writer, value) => void writer.float(toFloat(value)),
  int32: (writer, value) => void writer.int32(toInteger(value, -(2 ** 31), 2 ** 31 - 1)),
  sint32: (writer, value) => void writer.sint32(toInteger(value, -(2 ** 31), 2 ** 31 - 1)),
  sfixed32: (writer, value) => void writer.sfixed32(toInteger(value, -(2 ** 31), 2 ** 31 - 1)),
  uint32: (writer, value) => void writer.uint32(toInteger(value, 0, 2 ** 32 - 1)),
  fixed32: (writer, value) => void writer.fixed32(toInteger(value, 0, 2 ** 32 - 1)),
  int64: (writer, value) => void writer.int64(toLongText(value, 'signed')),
  sint64: (writer, value) => void writer.sint64(toLongText(value, 'signed')),
  sfixed64: (writer, value) => void writer.sfixed64(toLongText(value, 'signed')),
  uint64: (writer, value) => void writer.uint64(toLongText(value, 'unsigned')),
  fixed64: (writer, value) => void writer.fixed64(toLongText(value, 'unsigned')),
  bool: (writer, value) => void writer.bool(toBoolean(value)),
  string: (writer, value) => void writer.string(toText(value)),
  bytes: (writer, value) => void writer.bytes(toBytes(value)),
};

export function scalarWriter(type: string): WriteScalar {
  const write = Object.hasOwn(writers, type) ? writers[type] : undefined;
  if (write === undefined) throw new TypeError(`There is no scalar type "${type}".`);
  return write;
}

/** Numbers as JSON has them, or their digits as text: ids and 64-bit numbers are text in GraphQL. */
function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value === 'string' && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value)) return Number(value);
  throw misfit('is not a number');
}

function toFloat(value: unknown): number {
  const number = toNumber(value);
  if (Number.isFinite(number) && !Number.isFinite(Math.fround(number))) throw misfit('is beyond what 32 bits hold');
  return number;
}

function toInteger(value: unknown, min: number, max: number): number {
  const number = toNumber(value);
  if (!Number.isInteger(number)) throw misfit('is not a whole number');
  if (number < min || number > max) throw misfit(`is not between ${min} and ${max}`);
  return number;
}

/** A number of more than 53 bits has lost digits before it came here. */
function toLongText(value: unknown, sign: 'signed' | 'unsigned'): string {
  const isWhole =
    typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  if (!isWhole && typeof value !== 'bigint') throw misfit('is not a whole number that fits 64 bits');
  const number = BigInt(value as number | string | bigint);
  const wrapped = sign === 'signed' ? BigInt.asIntN(64, number) : BigInt.asUintN(64, number);
  if (wrapped !== number) throw misfit('is not a whole number that fits 64 bits');
  return String(number);
}

function toBoolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw misfit('is neither true nor false');
  return value;
}

function toText(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw misfit('is not text');
  return value.toWellFormed();
}

function toBytes(value: unknown): Buffer {
  if (typeof value !== 'string' || !isBase64(value)) throw misfit('is not base64');
  return Buffer.from(value, 'base64');
}
