import { EMPTY_OBJECT } from './plain-object.ts';
import type { Fields } from './read-field.ts';

/** A text that equal values have, and no others: names and texts stand with their lengths. */
export function toIdentity(values: Fields): string {
  if (values === EMPTY_OBJECT) return '';
  let text = '';
  for (const name in values) text += identifyField(name, values[name]);
  return text;
}

/** The part of one field in it. */
export function identifyField(name: string, value: unknown): string {
  if (typeof value === 'string') return `${name.length}:${name}"${value.length}:${value}`;
  if (typeof value === 'number') return `${name.length}:${name}#${value},`;
  return `${name.length}:${name}${JSON.stringify(value) ?? '-'},`;
}
