import { type DraftEnumValue, type DraftType, mapFrom } from '../draft.ts';
import { distinctNames } from '../field-naming.ts';
import type { TypeNames } from '../type-names.ts';
import { isValidName, toUpperCase } from '../words.ts';

/** Writes the enums of a description: one for each list of values under one name. */
export type WriteEnum = (values: readonly string[], candidates: readonly string[], description?: string) => string;

export function enumWriter(names: TypeNames, add: (type: DraftType) => void): WriteEnum {
  const known = new Map<string, string>();
  return (values, candidates, description) => {
    const keys = candidates.map((candidate) => JSON.stringify([candidate, values]));
    const earlier = keys.map((key) => known.get(key)).find((name) => name !== undefined);
    if (earlier !== undefined) return earlier;
    const name = names.claim(...candidates);
    for (const key of keys) known.set(key, name);
    add({ kind: 'enum', name, description, values: enumValues(values) });
    return name;
  };
}

/** Values that GraphQL takes as names stay as they are; the others get readable names, and say what they stand for. */
function enumValues(values: readonly string[]): readonly DraftEnumValue[] {
  const distinct = distinctNames();
  const isUpper = values.every((value) => value === value.toUpperCase());
  const plain = values.filter(isEnumName).map((value) => distinct(value));
  const taken = new Set(plain);
  return [...new Set(values)].map((value) => {
    if (taken.has(value)) return { name: value, directives: [] };
    const readable = toReadable(value);
    return {
      name: distinct(isUpper || value === '' ? readable : readable.toLowerCase()),
      directives: [mapFrom(value)],
    };
  });
}

function isEnumName(value: string): boolean {
  return isValidName(value) && !['true', 'false', 'null'].includes(value);
}

const signs: readonly (readonly [RegExp, string])[] = [
  [/^\+/, 'plus '],
  [/^-/, 'minus '],
  [/^>=/, 'at least '],
  [/^<=/, 'at most '],
  [/^>/, 'above '],
  [/^</, 'below '],
  [/\*/g, ' any '],
  [/&/g, ' and '],
  [/%/g, ' percent '],
];

function toReadable(value: string): string {
  if (value === '') return 'EMPTY';
  const words = signs.reduce((text, [sign, word]) => text.replace(sign, word), value);
  const name = toUpperCase(words);
  const readable = /[A-Za-z0-9]/.test(words) ? name : 'OTHER';
  return isEnumName(readable.toLowerCase()) ? readable : `${readable}_`;
}
