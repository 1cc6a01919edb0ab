import type { Description } from '../description.ts';
import type { Todo } from '../draft.ts';
import { readChoice } from '../json-schema/choice.ts';
import type { FlatSchema, ReadSchema } from '../json-schema/flat-schema.ts';
import { leafType } from '../json-schema/leaf-type.ts';
import { unwrap } from '../unwrap.ts';
import { splitWords, toSingular } from '../words.ts';
import { type Operation, type Parameter, readAnswer } from './operation.ts';

/** A schema whose objects are fetched one by one: `GET /products/{sku}` gives a Product, which has a `sku`. */
export type Entity = {
  readonly schema: FlatSchema;
  readonly operation: Operation;
  /** The way to the object in the answer. */
  readonly select: readonly string[];
  /** Path parameters' names → the properties that are the key. */
  readonly keys: ReadonlyMap<string, string>;
  /** How many are fetched at once, where the service can. */
  readonly batch: EntityBatch | undefined;
};

type EntityBatch = {
  readonly operation: Operation;
  readonly parameter: Parameter;
  readonly select: readonly string[];
  readonly max: number;
};

/** The entities of a description, by their schema's key; of several ways to one, the shortest path. */
export function findEntities(
  operations: readonly Operation[],
  description: Description,
  read: ReadSchema,
): ReadonlyMap<string, Entity> {
  const entities = new Map<string, Entity>();
  const reads = readsOf(operations);
  for (const operation of reads) {
    const entity = readEntity(operation, description, read);
    if (entity === undefined || !isWhole(entity) || entities.has(entity.schema.key)) continue;
    entities.set(entity.schema.key, { ...entity, batch: findBatch(entity, { reads, description, read }) });
  }
  return entities;
}

/** A read of one object by what its path says; `keys` has those parameters that are known to be its properties. */
function readEntity(operation: Operation, description: Description, read: ReadSchema): Entity | undefined {
  const answer = readAnswer(operation, description);
  if (answer.kind !== 'json' || !/\{[^{}/]+\}$/.test(operation.path)) return undefined;
  const { at, path: select, isList } = unwrap(answer.schema, read);
  const schema = read(at);
  const isNamed = schema.name !== undefined && schema.properties.size > 1 && !isChoice(schema, read);
  if (isList || !isNamed || operation.parameters.some((parameter) => parameter.in !== 'path' && parameter.isRequired))
    return undefined;
  const keys = parametersOf(operation).flatMap((name) => {
    const property = keyProperty(name, schema, operation.path, read);
    return property === undefined ? [] : [[name, property] as const];
  });
  return { schema, operation, select, keys: new Map(keys), batch: undefined };
}

/** Each of the path's parameters is another property. */
function isWhole({ operation, keys }: Entity): boolean {
  return keys.size === parametersOf(operation).length && new Set(keys.values()).size === keys.size;
}

function parametersOf({ path }: Operation): readonly string[] {
  return [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
}

/** What would be entities, if a person said which of their fields the path's one parameter is: by the schema's key. */
export function findNearEntities(
  operations: readonly Operation[],
  description: Description,
  read: ReadSchema,
): ReadonlyMap<string, Todo> {
  const near = new Map<string, Todo>();
  for (const operation of readsOf(operations)) {
    const entity = readEntity(operation, description, read);
    const [parameter, ...others] = parametersOf(operation);
    if (entity === undefined || parameter === undefined || entity.keys.size + others.length > 0) continue;
    const { key, properties } = entity.schema;
    const text = properties.has('id')
      ? `an entity? If the {${parameter}} of GET ${operation.path} is its id: @key(fields: "id") @rest(GET: "${operation.path.replace(parameter, 'id')}")`
      : `an entity? GET ${operation.path} gives one by its ${parameter}, which no field holds: with one, add @key and that @rest`;
    if (!near.has(key)) near.set(key, { kind: 'entity', text });
  }
  return near;
}

function readsOf(operations: readonly Operation[]): readonly Operation[] {
  return operations.filter(({ method }) => method === 'GET').toSorted((a, b) => a.path.length - b.path.length);
}

/** An interface or a union has no call of its own. */
function isChoice(schema: FlatSchema, read: ReadSchema): boolean {
  return schema.choices.length > 0 || readChoice(schema, read) !== undefined;
}

/** `{sku}` is `sku`; `{product_id}`, `{productId}` and `{product}` of a product (or below `/products`) are its `id`. */
function keyProperty(parameter: string, schema: FlatSchema, path: string, read: ReadSchema): string | undefined {
  const names = [...schema.properties.keys()].filter((name) => isLeaf(schema, name, read));
  const wanted = letters(parameter);
  const same = names.find((name) => letters(name) === wanted);
  if (same !== undefined) return same;
  const before =
    path
      .slice(0, path.indexOf(`/{${parameter}}`))
      .split('/')
      .at(-1) ?? '';
  const nouns = [schema.name ?? '', before].map((noun) => letters(toSingular(noun)));
  const own = names.find((name) => nouns.some((noun) => noun + letters(name) === wanted));
  if (own !== undefined) return own;
  return nouns.includes(wanted) ||
    nouns.some((noun) => noun.endsWith(wanted.replace(/id$/, '')) && wanted.endsWith('id'))
    ? names.find((name) => name === 'id')
    : undefined;
}

function isLeaf(schema: FlatSchema, name: string, read: ReadSchema): boolean {
  const at = schema.properties.get(name);
  if (at === undefined) return false;
  const property = read(at);
  const type = property.properties.size === 0 && property.items === undefined ? leafType(property) : undefined;
  return type !== undefined && type !== 'Boolean' && type !== 'Float' && !property.isWriteOnly;
}

type Search = { readonly reads: readonly Operation[]; readonly description: Description; readonly read: ReadSchema };

/** `GET /products?skus=a,b` gives a list of Products: many are fetched by one call. */
function findBatch(entity: Entity, { reads, description, read }: Search): EntityBatch | undefined {
  const [key, ...others] = entity.keys.values();
  if (key === undefined || others.length > 0) return undefined;
  for (const operation of reads) {
    const parameter = operation.parameters.find((candidate) => isListOfKeys(candidate, key, entity, read));
    const select =
      parameter === undefined ? undefined : listOfEntities(operation, parameter, entity, { reads, description, read });
    if (parameter === undefined || select === undefined) continue;
    return { operation, parameter, select, max: Math.min(read(parameter.schema).limits.maxItems ?? 100, 1000) };
  }
  return undefined;
}

/** The way to the list, if that is what the operation answers when it is given nothing but keys. */
function listOfEntities(
  operation: Operation,
  keys: Parameter,
  entity: Entity,
  { description, read }: Search,
): readonly string[] | undefined {
  const answer = readAnswer(operation, description);
  const isFree = operation.parameters.every((other) => other === keys || !other.isRequired);
  if (!isFree || answer.kind !== 'json' || operation.path.includes('{')) return undefined;
  const { at, path: select } = unwrap(answer.schema, read);
  const { items } = read(at);
  return items !== undefined && read(items).key === entity.schema.key ? select : undefined;
}

function isListOfKeys(parameter: Parameter, key: string, { schema }: Entity, read: ReadSchema): boolean {
  if (parameter.in !== 'query' || parameter.isEncoded || parameter.style !== 'form' || parameter.isExploded)
    return false;
  if (read(parameter.schema).items === undefined) return false;
  const name = letters(toSingular(parameter.name.replace(/\[\]$/, '')));
  return name === letters(key) || name === letters(toSingular(schema.name ?? '')) + letters(key);
}

function letters(name: string): string {
  return splitWords(name).join('').toLowerCase();
}
