import { type Located, splitReference } from '../description.ts';
import { quoteName } from '../json-path.ts';
import type { Discriminator, FlatSchema, ReadSchema } from './flat-schema.ts';

/** Objects of which an answer holds one, and what tells which. */
export type Choice = {
  readonly property: string;
  readonly options: readonly Option[];
  /** All of them have the schema's own properties. */
  readonly isShared: boolean;
  /** The property may have values that are none of the options'. */
  readonly hasOthers: boolean;
};
type Option = { readonly schema: FlatSchema; readonly values: readonly string[] };

/** The choice that a schema offers, where a property's value tells its objects apart; undefined where nothing does. */
export function readChoice(schema: FlatSchema, read: ReadSchema): Choice | undefined {
  const { discriminator } = schema;
  const schemas = offeredObjects(schema, read);
  const property = discriminator?.property ?? impliedProperty(schemas, read);
  if (schemas.length < 2 || property === undefined) return undefined;
  const own = [...schema.properties.keys()];
  const isShared = own.length > 0 && schemas.every(({ properties }) => own.every((name) => properties.has(name)));
  // What only stands beside the choice would be lost in a union.
  if (own.length > 0 && !isShared) return undefined;
  const fixed = distinctValues(schemas.map((option) => fixedValues(option, property, read)));
  const options = schemas.map((option, index) => ({
    schema: option,
    values: valuesOf(option, fixed?.[index] ?? [], discriminator),
  }));
  const covered = new Set(options.flatMap(({ values }) => values));
  const allowed = [...fixedValues(schema, property, read), ...(discriminator?.mapping.keys() ?? [])];
  return { property, options, isShared, hasOthers: allowed.some((value) => !covered.has(value)) };
}

/** None where not all that is offered are objects, each another one. */
function offeredObjects(schema: FlatSchema, read: ReadSchema): readonly FlatSchema[] {
  const offered = offeredSchemas(schema, read).map(read);
  const others = offered.filter(({ key }) => key !== schema.key);
  const isEachAnother = new Set(others.map(({ key }) => key)).size === others.length;
  return isEachAnother && others.every(isPlainObject) ? others : [];
}

/** What `oneOf` offers; else a base's heirs: those that its discriminator names, and those that extend it. */
export function offeredSchemas(
  { choices, heirs, discriminator, at }: FlatSchema,
  read: ReadSchema,
): readonly Located[] {
  if (choices.length > 0) return choices;
  const named = new Set(discriminator?.mapping.values());
  const mapped = [...named].map((target) => ({ ...at, value: { $ref: toReference(target) } }));
  const keys = new Set(mapped.map((one) => read(one).key));
  return [...mapped, ...heirs.filter((heir) => !keys.has(read(heir).key))];
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
    const values = distinctValues(options.map((option) => fixedValues(option, name, read)));
    return values?.every((own) => own.length > 0) === true;
  });
}

/** Undefined where two have the same: then the base says which there are, not which is whose. */
function distinctValues(values: readonly (readonly string[])[]): readonly (readonly string[])[] | undefined {
  const all = values.flat();
  return new Set(all).size === all.length ? values : undefined;
}

function fixedValues({ properties }: FlatSchema, name: string, read: ReadSchema): readonly string[] {
  const at = properties.get(name);
  const values = at === undefined ? [] : (read(at).values ?? []);
  return values.every((value) => typeof value === 'string') ? values : [];
}

function valuesOf(
  schema: FlatSchema,
  fixed: readonly string[],
  discriminator: Discriminator | undefined,
): readonly string[] {
  const mapped = [...(discriminator?.mapping ?? [])].flatMap(([value, target]) =>
    splitReference(target) === schema.name ? [value] : [],
  );
  if (mapped.length > 0) return mapped;
  return fixed.length > 0 ? fixed : schema.name === undefined ? [] : [schema.name];
}

/**
 * JMESPath that puts `__typename` into the object at a path. `typeNames` go with the choice's options, `otherName` with
 * all other values.
 */
export function typenameProjection(
  choice: Choice,
  typeNames: readonly string[],
  otherName?: string,
): (path: string) => string {
  const tests = choice.options.flatMap(({ values }, index) =>
    values.map((value) => ({ value: value.replaceAll(/['\\]/g, '\\$&'), typeName: typeNames[index] ?? '' })),
  );
  return (path) => {
    const property = path === '@' ? quoteName(choice.property) : `${path}.${quoteName(choice.property)}`;
    const names = tests.map(({ value, typeName }) => `${property} == '${value}' && '${typeName}'`);
    const name = [...names, ...(otherName === undefined ? [] : [`'${otherName}'`])].join(' || ');
    const merged = `merge(${path}, { __typename: ${name} })`;
    return path === '@' ? merged : `${path} && ${merged}`;
  };
}
