import { childrenOf, childOf, type Description, fieldsOf, isRecord, type Located, refOf } from '../description.ts';
import { heirFinder } from './heirs.ts';
import { readLimits, type SchemaLimits } from './schema-limits.ts';

/** A JSON Schema (of OpenAPI 3.0 or 3.1, or AsyncAPI) with its `$ref`s followed and its `allOf` merged into it. */
export type FlatSchema = {
  /** The same for every reference to one schema. */
  readonly key: string;
  readonly at: Located;
  /** The component's name, where it has one. */
  readonly name: string | undefined;
  readonly title: string | undefined;
  /** JSON types without `null`; empty where nothing is said. */
  readonly types: ReadonlySet<string>;
  readonly isNullable: boolean;
  readonly format: string | undefined;
  /** Of `enum` or `const`, without null. */
  readonly values: readonly unknown[] | undefined;
  /** What is said of single values. */
  readonly valueNotes: ReadonlyMap<string, string>;
  readonly properties: ReadonlyMap<string, Located>;
  readonly required: ReadonlySet<string>;
  readonly items: Located | undefined;
  /** What `oneOf` or `anyOf` offers, where there are several. */
  readonly choices: readonly Located[];
  readonly discriminator: Discriminator | undefined;
  /** Where it has a discriminator: the components that extend it by `allOf`, and have nothing that extends them. */
  readonly heirs: readonly Located[];
  /** Beside what it is, it may be `""`: forms clear a value so. */
  readonly mayBeEmptyText: boolean;
  /** It is another schema, with links beside that are left out. */
  readonly isWithoutLinks: boolean;
  /** Properties that have no name here are allowed, and said to be. */
  readonly isOpen: boolean;
  readonly description: string | undefined;
  readonly isDeprecated: boolean;
  readonly isReadOnly: boolean;
  readonly isWriteOnly: boolean;
  readonly initial: unknown;
  readonly limits: SchemaLimits;
  /** `x-selvedge-name`, `-entity` and `-from`. */
  readonly extensions: Readonly<Record<string, unknown>>;
};

/** Which property tells the choices apart. `mapping` is by the property's value. */
export type Discriminator = { readonly property: string; readonly mapping: ReadonlyMap<string, string> };

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Draft = Omit<Mutable<FlatSchema>, 'properties' | 'required' | 'types'> & {
  properties: Map<string, Located>;
  required: Set<string>;
  types: Set<string>;
};

/** Reads schemas, each once. */
export type ReadSchema = (at: Located) => FlatSchema;

/** A broken reference is reported by the description, and reads as a schema that says nothing. */
export function schemaReader(description: Description): ReadSchema {
  const known = new Map<string, FlatSchema>();
  const heirsOf = heirFinder(description);

  function read(at: Located): FlatSchema {
    if (refOf(at.value) === undefined) return readTarget(at);
    const target = description.follow(at);
    const flat = { ...readTarget(target ?? { ...at, value: {} }) } as Draft;
    annotate(flat, at.value);
    return flat;
  }

  function readTarget(at: Located): FlatSchema {
    const flat = emptySchema(at);
    const earlier = known.get(flat.key);
    if (earlier !== undefined) return earlier;
    known.set(flat.key, flat); // an `allOf` that leads back here adds nothing
    readOwn(flat, at);
    if (flat.discriminator !== undefined) flat.heirs = heirsOf(at);
    const inherited = childrenOf(childOf(at, 'allOf')).map(([, member]) => read(member));
    const own = new Set(flat.properties.keys());
    for (const member of inherited) {
      const isOneOfIts = member.choices.some((choice) => keyOf(description.follow(choice) ?? choice) === flat.key);
      mergeInto(flat, isOneOfIts ? { ...member, choices: [] } : member, own);
    }
    readChoices(flat, at, read);
    adoptIdentity(flat, at, inherited);
    return flat;
  }

  return read;
}

function keyOf({ file, pointer }: Located): string {
  return `${file}#${pointer}`;
}

function emptySchema(at: Located): Draft {
  return {
    key: keyOf(at),
    at,
    name: componentName(at),
    title: undefined,
    types: new Set(),
    isNullable: false,
    format: undefined,
    values: undefined,
    valueNotes: new Map(),
    properties: new Map(),
    required: new Set(),
    items: undefined,
    choices: [],
    discriminator: undefined,
    heirs: [],
    mayBeEmptyText: false,
    isWithoutLinks: false,
    isOpen: false,
    description: undefined,
    isDeprecated: false,
    isReadOnly: false,
    isWriteOnly: false,
    initial: undefined,
    limits: {},
    extensions: {},
  };
}

/** `#/components/schemas/Product`, `#/$defs/Product`, `models.yaml#/Product`, or a file of that name. */
function componentName({ file, pointer }: Located): string | undefined {
  if (pointer === '') return /([^/\\]+?)\.\w+$/.exec(file)?.[1];
  const [, name] =
    /(?:^|\/(?:schemas|definitions|\$defs|messages|requests|enums))\/([^/]+)(?:\/payload)?$/.exec(pointer) ?? [];
  return name?.replaceAll('~1', '/').replaceAll('~0', '~');
}

function readOwn(flat: Draft, at: Located): void {
  const own = fieldsOf(at);
  const types = (Array.isArray(own['type']) ? own['type'] : [own['type']]).filter((type) => typeof type === 'string');
  flat.types = new Set(types.filter((type) => type !== 'null'));
  flat.isNullable = types.includes('null') || own['nullable'] === true || own['x-nullable'] === true;
  flat.title = asText(own['title']);
  flat.format = asText(own['format']);
  readValues(flat, own);
  flat.properties = new Map(childrenOf(childOf(at, 'properties')));
  flat.required = new Set(asTexts(own['required']));
  flat.items = childOf(at, 'items');
  flat.discriminator = readDiscriminator(own['discriminator']);
  flat.isOpen = isRecord(own['additionalProperties']) || own['additionalProperties'] === true;
  flat.limits = readLimits(own);
  annotate(flat, at.value);
}

/** What may stand beside a `$ref`: it speaks of the use, not of the schema. */
function annotate(flat: Draft, value: unknown): void {
  if (!isRecord(value)) return;
  flat.description = asText(value['description']) ?? flat.description;
  flat.isNullable ||= value['nullable'] === true;
  flat.isDeprecated ||= value['deprecated'] === true;
  flat.isReadOnly ||= value['readOnly'] === true;
  flat.isWriteOnly ||= value['writeOnly'] === true;
  flat.initial = value['default'] ?? flat.initial;
  const extensions = Object.entries(value).filter(([name]) => name.startsWith('x-selvedge-'));
  flat.extensions = { ...flat.extensions, ...Object.fromEntries(extensions) };
}

function readValues(flat: Draft, own: Readonly<Record<string, unknown>>): void {
  const listed = Array.isArray(own['enum']) ? (own['enum'] as readonly unknown[]) : undefined;
  const given = listed ?? (Object.hasOwn(own, 'const') ? [own['const']] : undefined);
  if (given === undefined) return;
  flat.isNullable ||= given.includes(null);
  const values = given.filter((value) => value !== null);
  if (values.length > 0) flat.values = values;
}

function readDiscriminator(value: unknown): Discriminator | undefined {
  // AsyncAPI has the property's name alone.
  if (typeof value === 'string') return { property: value, mapping: new Map() };
  if (!isRecord(value) || typeof value['propertyName'] !== 'string') return undefined;
  const mapping = isRecord(value['mapping']) ? Object.entries(value['mapping']) : [];
  return {
    property: value['propertyName'],
    mapping: new Map(mapping.flatMap(([key, target]) => (typeof target === 'string' ? [[key, target] as const] : []))),
  };
}

const details = ['format', 'values', 'items', 'description', 'initial'] as const;
const marks = ['isNullable', 'isOpen', 'isReadOnly', 'isWriteOnly', 'isDeprecated', 'mayBeEmptyText'] as const;

function mergeInto(flat: Draft, member: FlatSchema, own: ReadonlySet<string> = new Set()): void {
  if (flat.types.size === 0) flat.types = new Set(member.types);
  // One key at a time: TypeScript can't see that both sides have the same.
  for (const name of details) if (flat[name] === undefined) Object.assign(flat, { [name]: member[name] });
  for (const name of marks) flat[name] ||= member[name];
  flat.extensions = { ...member.extensions, ...flat.extensions };
  flat.limits = { ...member.limits, ...flat.limits };
  inheritProperties(flat, member, own);
  flat.required = new Set([...member.required, ...flat.required]);
  // A base's discriminator alone tells those that extend it apart, of which this is one.
  if (flat.choices.length > 0 || member.choices.length === 0) return;
  flat.choices = member.choices;
  flat.discriminator ??= member.discriminator;
}

/** `own` are the properties that the schema has itself: they overrule its members', and later members' earlier ones'. */
function inheritProperties(flat: Draft, member: FlatSchema, own: ReadonlySet<string>): void {
  for (const [name, property] of member.properties) {
    if (!own.has(name) && (!flat.properties.has(name) || saysWhatItIs(property))) flat.properties.set(name, property);
  }
}

/** More than words about what is known from elsewhere. */
function saysWhatItIs({ value }: Located): boolean {
  return isRecord(value) && meanings.some((name) => Object.hasOwn(value, name));
}

const meanings = ['type', '$ref', 'enum', 'const', 'allOf', 'oneOf', 'anyOf', 'properties', 'items'] as const;

/** One choice beside null is that choice; choices that only require other properties are none. */
function readChoices(flat: Draft, at: Located, read: ReadSchema): void {
  const listed = [...childrenOf(childOf(at, 'oneOf')), ...childrenOf(childOf(at, 'anyOf'))].map(([, choice]) => choice);
  const meant = listed.filter((choice) => {
    const own = fieldsOf(choice);
    const isNull =
      own['type'] === 'null' || (Array.isArray(own['enum']) && own['enum'].every((value) => value === null));
    flat.isNullable ||= isNull;
    return !isNull && Object.keys(own).some((key) => key !== 'required' && key !== 'title' && key !== 'not');
  });
  const real = meant.filter((choice) => !isEmptyText(choice.value));
  flat.mayBeEmptyText ||= real.length > 0 && real.length < meant.length;
  const [first] = real;
  if (first === undefined) return;
  if (readNamedValues(flat, real)) return;
  if (real.length > 1) {
    flat.choices = real;
    return;
  }
  const only = read(first);
  mergeInto(flat, only);
  adoptIdentity(flat, at, [only]);
}

/** `oneOf: [{ const: a, description: … }, …]` is an enum whose values are described. */
function readNamedValues(flat: Draft, choices: readonly Located[]): boolean {
  const values = choices.map((choice) => fieldsOf(choice)['const']);
  if (values.length < 2 || !values.every((value) => typeof value === 'string')) return false;
  flat.values = values;
  flat.valueNotes = new Map(
    choices.flatMap((choice, index) => {
      const words = asText(fieldsOf(choice)['description']) ?? asText(fieldsOf(choice)['title']);
      return words === undefined ? [] : [[values[index] ?? '', words] as const];
    }),
  );
  return true;
}

function isEmptyText(value: unknown): boolean {
  return isRecord(value) && Array.isArray(value['enum']) && value['enum'].every((item) => item === '');
}

/** A schema that only adds words to another one (`allOf: [$ref]` with a description) is that one. */
function adoptIdentity(flat: Draft, at: Located, members: readonly FlatSchema[]): void {
  const own = fieldsOf(at);
  const isMere = ['properties', 'items', 'enum', 'const', 'required'].every((key) => !Object.hasOwn(own, key));
  const meant = members.filter((member) => member.properties.size > 0 || member.values || member.items);
  const [only, ...others] = meant.filter((member) => !isLinks(member));
  const isNamed = flat.name !== undefined;
  if (only === undefined || others.length > 0 || !isMere || isNamed) return;
  const links = [...flat.properties.keys()].filter((name) => !only.properties.has(name));
  if (links.length > 0 && (only.name === undefined || !links.every(isLinkName))) return;
  for (const name of links) flat.properties.delete(name);
  flat.isWithoutLinks = links.length > 0;
  flat.key = only.key;
  flat.name = only.name;
  flat.at = only.at;
}

/** What hypermedia puts beside an object: where to go from here. */
function isLinks({ name, properties }: FlatSchema): boolean {
  return name === undefined && properties.size > 0 && [...properties.keys()].every(isLinkName);
}

function isLinkName(name: string): boolean {
  return /^_?links$/i.test(name);
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
