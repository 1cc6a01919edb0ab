import { type Located, splitReference } from '../description.ts';
import { quoteName } from '../json-path.ts';
import type { Discriminator, FlatSchema, ReadSchema } from './flat-schema.ts';

/** Objects of which an answer holds one, and what tells which. */
export type Choice = { readonly property: string; readonly options: readonly Option[] };
type Option = { readonly at: Located; readonly schema: FlatSchema; readonly values: readonly string[] };

/** The choice that a schema offers, where a property's value tells its objects apart; undefined where nothing does. */
export function readChoice(schema: FlatSchema, read: ReadSchema): Choice | undefined {
  const { discriminator } = schema;
  const offered = schema.choices.length > 0 ? schema.choices : mappedSchemas(schema);
  const options = offered.map((at) => ({ at, schema: read(at) }));
  if (options.length < 2 || !options.every((option) => isPlainObject(option.schema))) return undefined;
  if (new Set(options.map((option) => option.schema.key)).size < options.length) return undefined;
  const property =
    discriminator?.property ??
    impliedProperty(
      options.map((option) => option.schema),
      read,
    );
  if (property === undefined) return undefined;
  return {
    property,
    options: options.map((option) => ({ ...option, values: valuesOf(option.schema, property, discriminator, read) })),
  };
}

/** A base schema may name those that extend it in its discriminator alone. */
function mappedSchemas({ discriminator, at }: FlatSchema): readonly Located[] {
  const targets = new Set(discriminator?.mapping.values());
  return [...targets].map((target) => ({ ...at, value: { $ref: toReference(target) } }));
}

function toReference(target: string): string {
  return /[#/.]/.test(target) ? target : `#/components/schemas/${target}`;
}

function isPlainObject({ properties, choices }: FlatSchema): boolean {
  return properties.size > 0 && choices.length === 0;
}

/** A property that has one fixed value in each option, another one in each. */
function impliedProperty(options: readonly FlatSchema[], read: ReadSchema): string | undefined {
  const [first] = options;
  return [...(first?.properties.keys() ?? [])].find((name) => {
    const values = options.map((option) => fixedValues(option, name, read));
    const all = values.flat();
    return values.every((own) => own.length > 0) && new Set(all).size === all.length;
  });
}

function fixedValues({ properties }: FlatSchema, name: string, read: ReadSchema): readonly string[] {
  const at = properties.get(name);
  const values = at === undefined ? [] : (read(at).values ?? []);
  return values.every((value) => typeof value === 'string') ? values : [];
}

function valuesOf(
  schema: FlatSchema,
  property: string,
  discriminator: Discriminator | undefined,
  read: ReadSchema,
): readonly string[] {
  const mapped = [...(discriminator?.mapping ?? [])].flatMap(([value, target]) =>
    splitReference(target) === schema.name ? [value] : [],
  );
  if (mapped.length > 0) return mapped;
  const fixed = fixedValues(schema, property, read);
  return fixed.length > 0 ? fixed : schema.name === undefined ? [] : [schema.name];
}

/** JMESPath that puts `__typename` into the object at a path. `typeNames` go with the choice's options. */
export function typenameProjection(choice: Choice, typeNames: readonly string[]): (path: string) => string {
  const tests = choice.options.flatMap(({ values }, index) =>
    values.map((value) => ({ value: value.replaceAll(/['\\]/g, '\\$&'), typeName: typeNames[index] ?? '' })),
  );
  return (path) => {
    const property = path === '@' ? quoteName(choice.property) : `${path}.${quoteName(choice.property)}`;
    const name = tests.map(({ value, typeName }) => `${property} == '${value}' && '${typeName}'`).join(' || ');
    const merged = `merge(${path}, { __typename: ${name} })`;
    return path === '@' ? merged : `${path} && ${merged}`;
  };
}
