import type protobuf from 'protobufjs';
import { misfit } from './scalar-writer.ts';

/**
 * What the values of an enum are called without the enum's name: `GRADE_GOOD` of `Grade` is `GOOD` (the style guide wants
 * the prefix, because names of values must be unique in their package). Empty where not all values have the prefix.
 */
export function shortEnumNames(type: protobuf.Enum): ReadonlyMap<string, string> {
  const prefix = `${type.name.replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3_$2$4').toUpperCase()}_`;
  const names = Object.keys(type.values);
  const isPrefixed = names.every((name) => name.startsWith(prefix) && /^[A-Za-z_]/.test(name.slice(prefix.length)));
  return new Map(isPrefixed ? names.map((name) => [name, name.slice(prefix.length)]) : []);
}

/** A value by its name, with or without the enum's, or by its number. Throws MessageMisfit. */
export function toEnumNumber(type: protobuf.Enum, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (value === null && type.fullName === '.google.protobuf.NullValue') return 0;
  if (typeof value === 'string') {
    const name = Object.hasOwn(type.values, value) ? value : longName(type, value);
    const number = name === undefined ? undefined : type.values[name];
    if (number !== undefined) return number;
  }
  throw misfit(`is none of ${Object.keys(type.values).join(', ')}`);
}

function longName(type: protobuf.Enum, short: string): string | undefined {
  return [...shortEnumNames(type)].find(([, name]) => name === short)?.[0];
}
