import { tidyDescription } from '../describe.ts';
import { type DraftEnumValue, type DraftType, mapFrom } from '../draft.ts';
import { distinctNames } from '../field-naming.ts';
import type { TypeNames } from '../type-names.ts';
import { isValidName, toUpperCase } from '../words.ts';

/** Writes the enums of a description: one for each list of values under one name. */
export type WriteEnum = (values: readonly string[], candidates: readonly string[], words?: EnumWords) => string;

/** `prefix` is what all values may have in front of what they say: `GRADE_` of `GRADE_GOOD`. */
type EnumWords = {
  readonly description?: string | undefined;
  readonly prefix?: string;
  /** Descriptions of single values. */
  readonly notes?: ReadonlyMap<string, string>;
  /** What it is an enum of: the same wherever it is used. */
  readonly key?: string;
};

export function enumWriter(names: TypeNames, add: (type: DraftType) => void): WriteEnum {
  const known = new Map<string, string>();
  return (values, candidates, { description, prefix = '', key, notes } = {}) => {
    const named = candidates.map((candidate) => JSON.stringify([candidate, values]));
    const keys = key === undefined ? named : [key, ...named];
    const earlier = keys.map((one) => known.get(one)).find((name) => name !== undefined);
    if (earlier !== undefined) return earlier;
    const name = names.claim(...candidates);
    for (const one of keys) known.set(one, name);
    add({ kind: 'enum', name, description, values: enumValues(values, { prefix, notes }) });
    return name;
  };
}

/** Values that GraphQL takes as names stay as they are; the others get readable names, and say what they stand for. */
function enumValues(
  values: readonly string[],
  { prefix, notes }: { readonly prefix: string; readonly notes: ReadonlyMap<string, string> | undefined },
): readonly DraftEnumValue[] {
  const isPrefixed = prefix !== '' && values.every((value) => value.startsWith(prefix));
  const shorten = (value: string): string => (isPrefixed ? value.slice(prefix.length) : value);
  const isUpper = values.every((value) => value === value.toUpperCase());
  const distinct = distinctNames();
  for (const value of values) if (isEnumName(shorten(value))) distinct(shorten(value));
  return [...new Set(values)].map((value) => {
    const short = shorten(value);
    const readable = toReadable(short);
    const odd = isUpper || value === '' ? readable : readable.toLowerCase();
    const name = isEnumName(short) ? short : distinct(odd);
    const description = tidyDescription(notes?.get(value));
    return { name, description, directives: name === value ? [] : [mapFrom(value)] };
  });
}

export function isEnumName(value: string): boolean {
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
