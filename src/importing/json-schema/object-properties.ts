import type { Located } from '../description.ts';
import { offeredSchemas } from './choice.ts';
import type { FlatSchema, ReadSchema } from './flat-schema.ts';
import { leafType, widest } from './leaf-type.ts';

/** A property of an object. `isMixed`: choices have it as different things. */
export type Property = { readonly at: Located; readonly isRequired: boolean; readonly isMixed: boolean };

const MAX_NESTED_CHOICES = 5;

/**
 * The properties of an object; of a choice of objects, those of all of them, of which only what each has is required.
 * Undefined for what is no object, or has no property that is named.
 */
export function objectProperties(
  schema: FlatSchema,
  read: ReadSchema,
  ownOnly = false,
  depth = 0,
): ReadonlyMap<string, Property> | undefined {
  const own = [...schema.properties].map(
    ([name, at]) => [name, { at, isRequired: schema.required.has(name), isMixed: false }] as const,
  );
  const offered = ownOnly ? [] : offeredSchemas(schema, read).filter((at) => read(at).key !== schema.key);
  if (offered.length === 0) return own.length === 0 ? undefined : new Map(own);
  if (depth > MAX_NESTED_CHOICES) return undefined;
  const choices = offered.map((choice) => objectProperties(read(choice), read, false, depth + 1));
  const objects = choices.filter((choice) => choice !== undefined);
  if (objects.length < choices.length) return undefined;
  const merged = new Map<string, Property>();
  for (const choice of objects) {
    for (const [name, property] of choice) merged.set(name, mergeProperty(merged.get(name), property, read));
  }
  const isInAll = (name: string): boolean => objects.every((choice) => choice.get(name)?.isRequired === true);
  const all = [...merged].map(([name, property]) => [name, { ...property, isRequired: isInAll(name) }] as const);
  return new Map([...all, ...own]);
}

function mergeProperty(earlier: Property | undefined, property: Property, read: ReadSchema): Property {
  if (earlier === undefined) return property;
  const at = joinLeaves(earlier.at, property.at, read);
  return { ...earlier, at: at ?? earlier.at, isMixed: earlier.isMixed || property.isMixed || at === undefined };
}

/** A schema that takes the values of both; undefined where no scalar does. */
function joinLeaves(one: Located, other: Located, read: ReadSchema): Located | undefined {
  const [first, second] = [read(one), read(other)];
  if (first.key === second.key) return one;
  const type = widest([leafType(first), leafType(second)]);
  if (type === undefined || first.choices.length + second.choices.length > 0) return undefined;
  if (type === leafType(first) && JSON.stringify(first.values) === JSON.stringify(second.values)) return one;
  const value = {
    ...(scalarSchemas[type] ?? { type: 'string' }),
    ...joinValues(first, second),
    description: first.description,
    nullable: first.isNullable || second.isNullable,
    readOnly: first.isReadOnly && second.isReadOnly,
    writeOnly: first.isWriteOnly && second.isWriteOnly,
  };
  return { ...one, value, pointer: `${first.at.pointer}/and${second.at.pointer}` };
}

/** Where both have fixed values, it may be any of them. */
function joinValues({ values: some }: FlatSchema, { values: others }: FlatSchema): { readonly enum?: unknown[] } {
  return some === undefined || others === undefined ? {} : { enum: [...new Set([...some, ...others])] };
}

const scalarSchemas: Readonly<Record<string, object>> = {
  Float: { type: 'number' },
  BigInt: { type: 'integer', format: 'int64' },
  Int: { type: 'integer' },
  Boolean: { type: 'boolean' },
};
