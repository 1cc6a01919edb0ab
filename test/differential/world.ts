import type { Choices } from './choices.ts';
import type { FieldModel, GraphModel, RequiredField, TypeModel } from './graph-model.ts';
import { hash } from './hash.ts';

/** An object of the world: an entity by its number, any other by the place it was found at. */
export type WorldObject = { readonly __typename: string; readonly number?: number; readonly place?: string };

type Arguments = Readonly<Record<string, unknown>>;
type Source = WorldObject | undefined;

/** What every field of every object is: decided by the case, so that one schema and many services say the same. */
export type World = {
  /** A field as one schema resolves it. */
  readonly resolve: (source: Source, typeName: string, fieldName: string, args: Arguments) => unknown;
  /** A field with requirements, from the values that were required. */
  readonly compute: (source: Source, found: FoundField, args: Arguments, required: unknown) => unknown;
  readonly keyValue: (object: WorldObject, name: string) => unknown;
  /** The entity that a representation names. Throws where its keys contradict each other. */
  readonly find: (representation: Arguments) => WorldObject;
  readonly findField: (typeName: string, fieldName: string) => FoundField | undefined;
};

type FoundField = { readonly declaredIn: string; readonly field: FieldModel };

const COUNT = 3;
const STOCK = ['MANY', 'FEW', 'NONE'];
const KEY_NAMES = new Set(['id', 'code', 'region', 'num', 'info']);
const MEDIA_TYPES = ['Film', 'Song'];
const mediaType = (number: number) => MEDIA_TYPES[number % 2]!;

export function createWorld(model: GraphModel, choices: Choices): World {
  let mutations = 0;

  function findField(typeName: string, fieldName: string): FoundField | undefined {
    const type = model.types.get(typeName);
    const field = type?.fields.find(({ name }) => name === fieldName);
    if (field !== undefined) return { declaredIn: typeName, field };
    return type?.kind === 'entity' && type.keyedInterface !== undefined
      ? findField(type.keyedInterface, fieldName)
      : undefined;
  }

  function resolve(source: Source, typeName: string, fieldName: string, args: Arguments): unknown {
    if (source !== undefined && isKey(typeName, fieldName)) return keyValue(source, fieldName);
    const found = findField(typeName, fieldName);
    if (found === undefined) throw new Error(`there is no ${typeName}.${fieldName}`);
    const { requires } = found.field;
    const required = requires.length === 0 ? undefined : select(source, typeName, requires);
    return compute(source, found, args, required);
  }

  const isKey = (typeName: string, fieldName: string) => {
    const type = model.types.get(typeName);
    if (type?.kind === 'value') return type.keyOf !== undefined;
    return (type?.kind === 'entity' || type?.kind === 'keyed-interface') && KEY_NAMES.has(fieldName);
  };

  function compute(source: Source, { declaredIn, field }: FoundField, args: Arguments, required: unknown): unknown {
    const place = [
      declaredIn,
      placeOf(source),
      field.name,
      stable(args),
      ...(required === undefined ? [] : [required]),
    ];
    if (declaredIn === 'Mutation') place.push(String((mutations += 1)));
    if (!field.isSolid && choices.chance(4, 'fails', ...place)) throw new Error(`${declaredIn}.${field.name} failed`);
    return value(field, field.type, place);
  }

  function value(field: FieldModel, type: string, place: readonly unknown[]): unknown {
    if (type.endsWith('!'))
      return !field.isSolid && choices.chance(2, 'hole', ...place) ? null : present(field, type.slice(0, -1), place);
    return field.strictIn === undefined && choices.chance(15, 'null', ...place) ? null : present(field, type, place);
  }

  function present(field: FieldModel, type: string, place: readonly unknown[]): unknown {
    if (type.startsWith('['))
      return Array.from({ length: choices.nat(4, 'length', ...place) }, (_, index) =>
        value(field, type.slice(1, -1), [...place, index]),
      );
    const target = model.types.get(type);
    return target === undefined ? leaf(type, choices.nat(100, 'value', ...place)) : object(target, field, place);
  }

  function object(type: TypeModel, field: FieldModel, place: readonly unknown[]): WorldObject {
    switch (type.kind) {
      case 'entity':
        return { __typename: type.name, number: entityNumber(type.name, choices.nat(COUNT, 'number', ...place)) };
      case 'keyed-interface': {
        const number = choices.nat(2 * COUNT, 'number', ...place);
        return { __typename: mediaType(number), number };
      }
      case 'interface':
      case 'union': {
        const owners = [...field.owners].map((subgraph) => type.within.get(subgraph) ?? []);
        const possible = type.members.filter((name) => owners.every((names) => names.includes(name)));
        return object(model.types.get(choices.pick(possible, 'type', ...place))!, field, place);
      }
      case 'value':
      case 'root':
        return { __typename: type.name, place: hash(JSON.stringify(place)).toString(36) };
    }
  }

  /** The values of a selection, as JSON. */
  function select(source: Source, typeName: string, selections: readonly RequiredField[]): unknown {
    return selections.map(({ name, args, selections: below }) => {
      const field = findField(typeName, name)?.field;
      const found = resolve(source, typeName, name, { ...defaultsOf(field), ...args });
      return [name, selectIn(found, below)];
    });
  }

  function selectIn(found: unknown, selections: readonly RequiredField[]): unknown {
    if (found === null || selections.length === 0) return found;
    if (Array.isArray(found)) return found.map((item) => selectIn(item, selections));
    const inner = found as WorldObject;
    return select(inner, inner.__typename, selections);
  }

  return { resolve, compute, keyValue, find, findField };
}

function placeOf(source: Source): unknown {
  return source?.number ?? source?.place ?? '';
}

function entityNumber(type: string, number: number): number {
  return MEDIA_TYPES.includes(type) ? 2 * number + MEDIA_TYPES.indexOf(type) : number;
}

function leaf(type: string, number: number): unknown {
  if (type === 'Int') return number;
  if (type === 'Float') return number + 0.5;
  if (type === 'Boolean') return number % 2 === 0;
  if (type === 'Stock') return STOCK[number % STOCK.length];
  return `${type} ${number % 10}`;
}

function keyValue({ __typename, number = 0 }: WorldObject, name: string): unknown {
  if (name === 'num') return number;
  if (name === 'info') return { __typename: `${__typename}Info`, number };
  return name === 'region' ? `region ${number % 2}` : `${name} ${number}`;
}

function find(representation: Arguments): WorldObject {
  const { __typename, id, code, num, info } = representation;
  const tag = (info as Arguments | undefined)?.['tag'];
  const number = Number(num ?? String(id ?? code ?? tag).replace(/^\D*/, ''));
  const object = { __typename: __typename === 'Media' ? mediaType(number) : String(__typename), number };
  for (const name of ['id', 'code', 'num', 'region']) {
    const given = representation[name];
    if (given !== undefined && given !== keyValue(object, name))
      throw new Error(`no such entity: ${JSON.stringify(representation)}`);
  }
  if (tag !== undefined && tag !== keyValue(object, 'tag'))
    throw new Error(`no such entity: ${JSON.stringify(representation)}`);
  return object;
}

const DEFAULTS: Readonly<Record<string, unknown>> = { times: 3, kind: 'FEW', sure: true, where: { text: 'x' } };

/** The arguments that a field has when none are given. */
function defaultsOf(field: FieldModel | undefined): Arguments {
  const withDefaults = (field?.args ?? []).filter(({ defaultText }) => defaultText !== undefined);
  return Object.fromEntries(withDefaults.map(({ name }) => [name, DEFAULTS[name]]));
}

/** JSON with the keys of objects in order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
