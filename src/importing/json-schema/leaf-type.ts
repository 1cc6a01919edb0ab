import type { FlatSchema } from './flat-schema.ts';

const MAX_INT = 2_147_483_647;

/** Scalars that an imported schema defines where it uses them. */
export const customScalars: ReadonlyMap<string, string> = new Map([
  ['JSON', 'Any JSON value.'],
  ['BigInt', 'A whole number of any size.'],
  ['DateTime', 'A moment as RFC 3339 writes it: 2030-01-31T12:00:00Z.'],
  ['Date', 'A day: 2030-01-31.'],
  ['Time', 'A time of day: 12:00:00Z.'],
  ['UUID', 'A universally unique identifier.'],
]);

/** The scalar of a schema that is no object, list or choice; undefined where its JSON type is not known, or not one. */
export function leafType(schema: FlatSchema): string | undefined {
  const types = schema.types.size > 0 ? schema.types : typesOfValues(schema);
  return widest([...types].map((type) => scalarOf(type, schema)));
}

function scalarOf(type: string, schema: FlatSchema): string | undefined {
  switch (type) {
    case 'integer':
      return isLarge(schema) ? 'BigInt' : 'Int';
    case 'number':
      return 'Float';
    case 'boolean':
      return 'Boolean';
    case 'string':
      return textFormats.get(schema.format ?? '') ?? 'String';
    default:
      return undefined;
  }
}

/** The scalar that takes the values of all of these; undefined where none does. */
export function widest(types: readonly (string | undefined)[]): string | undefined {
  const distinct = new Set(types);
  const [first, ...others] = distinct;
  if (others.length === 0) return first;
  return [numbers, texts]
    .find((family) => distinct.isSubsetOf(family))
    ?.keys()
    .next().value;
}

// The widest first.
const numbers: ReadonlySet<string | undefined> = new Set(['Float', 'BigInt', 'Int']);
const texts: ReadonlySet<string | undefined> = new Set(['String', 'DateTime', 'Date', 'Time', 'UUID']);

const textFormats: ReadonlyMap<string, string> = new Map([
  ['date-time', 'DateTime'],
  ['date', 'Date'],
  ['time', 'Time'],
  ['uuid', 'UUID'],
]);

function isLarge({ format, limits: { maximum = 0 } }: FlatSchema): boolean {
  return format === 'int64' || format === 'uint64' || format === 'unix-time' || maximum > MAX_INT;
}

function typesOfValues({ values = [], properties, items }: FlatSchema): ReadonlySet<string> {
  if (properties.size > 0 || items !== undefined) return new Set();
  return new Set(values.map((value) => (Number.isInteger(value) ? 'integer' : typeof value)));
}

/** Whether a property of this name holds an identifier: `id`, `author_id`, `authorId`. */
export function isIdentifier(name: string): boolean {
  return /^(id|uuid|guid)$|[_-]id$|[a-z]I[dD]$/.test(name);
}
