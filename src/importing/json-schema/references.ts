import { wireNaming } from '../../subgraph/naming.ts';
import { quoteName } from '../json-path.ts';
import { toCamelCase, toPascalCase, toPlural } from '../words.ts';
import type { FlatSchema } from './flat-schema.ts';
import { leafType } from './leaf-type.ts';
import { writeOutput } from './write-output.ts';
import type { Reference, TypeHints, Writing } from './writing.ts';

/** A schema whose objects are fetched by key. `keys` are its properties, by what a call calls them. */
type Entity = { readonly schema: FlatSchema; readonly keys: ReadonlyMap<string, string> };
/** `key` is what the key is read by in an answer. */
type Target = { readonly type: string; readonly key: string };
type Property = { readonly name: string; readonly schema: FlatSchema; readonly owner: FlatSchema };

/**
 * Says which properties name an entity by its key: those that say so (`x-selvedge-entity: User.id`), `author_id` where an
 * Author is fetched by one key, and those that hold either an entity or its key.
 */
export function findReferences(entities: ReadonlyMap<string, Entity>): TypeHints['reference'] {
  const byName = new Map([...entities.values()].map((entity) => [toPascalCase(entity.schema.name ?? ''), entity]));
  return (name, { schema, owner }, writing) => {
    const property = { name, schema, owner };
    const said = saidTarget(schema, writing);
    if (said !== undefined) return referenceBy(property, said, writing);
    if (schema.choices.length > 0) return expandable(property, entities, writing);
    const found = namedEntity(property, byName, writing);
    return found === undefined ? undefined : referenceBy(property, targetOf(found, writing), writing);
  };
}

/** An entity of another subgraph is written as its key alone. */
function saidTarget({ extensions }: FlatSchema, { types, naming }: Writing): Target | undefined {
  const said = extensions['x-selvedge-entity'];
  const [, type, key] = typeof said === 'string' ? (/^([A-Za-z_]\w*)\.([A-Za-z_]\w*)$/.exec(said) ?? []) : [];
  if (type === undefined || key === undefined) return undefined;
  if (!types.has(type)) {
    types.set(type, {
      kind: 'object',
      name: type,
      directives: [{ name: 'key', args: { fields: key, resolvable: false } }],
      fields: [{ name: key, type: 'ID!', args: [], directives: [] }],
    });
  }
  return { type, key: wireNaming(naming.rule)(key) };
}

function namedEntity(
  { name, schema, owner }: Property,
  byName: ReadonlyMap<string, Entity>,
  { read }: Writing,
): Entity | undefined {
  const base = baseName(name);
  const entity = base === name ? undefined : byName.get(toPascalCase(base));
  const isTaken = owner.properties.has(base) || owner.properties.has(toPlural(base));
  const leaf = leafType(schema.items === undefined ? schema : read(schema.items));
  return entity?.keys.size === 1 && !isTaken && keyTypes.has(leaf) ? entity : undefined;
}

const keyTypes: ReadonlySet<string | undefined> = new Set(['String', 'Int', 'BigInt', 'UUID']);

function targetOf(entity: Entity, writing: Writing): Target {
  const [key = ''] = entity.keys.values();
  return {
    type: writeOutput(entity.schema.at, entity.schema.name ?? '', writing).type,
    key: quoteName(key),
  };
}

function referenceBy({ name, schema }: Property, { type, key }: Target, { naming }: Writing): Reference {
  const given = schema.extensions['x-selvedge-name'];
  const isList = schema.items !== undefined;
  // `sku` of a product has no `_id` to take off: it is the product.
  const base = baseName(name) === name ? toCamelCase(type) : baseName(name);
  const usual = naming.toField(isList ? toPlural(base) : base).name;
  const path = quoteName(name);
  return {
    name: typeof given === 'string' ? given : usual,
    type: isList ? `[${type}!]` : type,
    map: isList ? `${path}[*].{ ${key}: @ }` : `{ ${key}: ${path} }`,
  };
}

/** A text that is the key, or the entity itself (or what is left of a deleted one). */
function expandable(
  { name, schema }: Property,
  entities: ReadonlyMap<string, Entity>,
  writing: Writing,
): Reference | undefined {
  const options = schema.choices.map(writing.read);
  const found = options.flatMap(({ key }) => entities.get(key) ?? []).filter(({ keys }) => keys.size === 1);
  const [entity, ...others] = found;
  const isOrKey = options.some((option) => option.properties.size === 0 && leafType(option) === 'String');
  const isOnly = options.every(
    ({ key, properties, types }) =>
      key === entity?.schema.key || (properties.size === 0 ? types.has('string') : properties.has('deleted')),
  );
  if (entity === undefined || others.length > 0 || !isOrKey || !isOnly) return undefined;
  const { type, key } = targetOf(entity, writing);
  const path = quoteName(name);
  return {
    name: writing.naming.toField(name).name,
    type,
    map: `${path} && (${path}.${key} && ${path} || { ${key}: ${path} })`,
  };
}

function baseName(property: string): string {
  return property.replace(/([_-]?ids?|I[dD]s?)$/, '');
}
