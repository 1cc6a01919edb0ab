import type { Choices } from './choices.ts';
import { completeModel } from './complete-model.ts';
import { decorateModel } from './decorate-model.ts';
import {
  isWithin,
  type AbstractModel,
  type ArgumentModel,
  type EntityModel,
  type FieldModel,
  type GraphModel,
  type KeyedInterfaceModel,
  type TypeModel,
  type ValueModel,
} from './graph-model.ts';

const SUBGRAPHS = ['a', 'b', 'c', 'd'];
const ENTITIES = ['User', 'Product', 'Order', 'Shop'];
export const VALUES = ['Money', 'Place', 'Size'];
const INTERFACES = ['Named', 'Listed'];
const UNIONS = ['Found', 'Related'];
const FIELDS = ['name', 'label', 'price', 'owner', 'items', 'stock', 'next', 'note', 'best', 'size'];
const KEYS = ['id', 'code', 'region num', 'info { tag }', 'id region'];
const LEAVES = ['Int', 'String', 'Boolean', 'Float', 'ID', 'Stock'];
const WRAPPERS = ['T', '[T]', 'T!', '[T!]', '[T]!', '[T!]!', '[[T]]', '[[T!]!]', '[[T]!]!'];
const ARGUMENTS: readonly ArgumentModel[] = [
  { name: 'first', type: 'Int', defaultText: undefined },
  { name: 'times', type: 'Int', defaultText: '3' },
  { name: 'kind', type: 'Stock', defaultText: 'FEW' },
  { name: 'words', type: '[String!]', defaultText: undefined },
  { name: 'filter', type: 'Filter', defaultText: undefined },
  { name: 'sure', type: 'Boolean!', defaultText: 'true' },
  { name: 'where', type: 'Filter!', defaultText: '{ text: "x" }' },
];

/** A random graph, split so that it composes: every subgraph has a way to every field. */
export function randomModel(choices: Choices): GraphModel {
  const subgraphs = SUBGRAPHS.slice(0, 2 + choices.nat(3, 'subgraphs'));
  const draw = createDraw(choices, subgraphs);
  const model: GraphModel = {
    subgraphs,
    firstStyle: new Set(),
    types: new Map(draw.types().map((type) => [type.name, type])),
  };
  completeModel(model, choices);
  decorateModel(model, choices);
  const used = subgraphs.filter((subgraph) => [...model.types.values()].some((type) => isWithin(type, subgraph)));
  return { ...model, subgraphs: used };
}

function createDraw(choices: Choices, subgraphs: readonly string[]) {
  const entities = ENTITIES.slice(0, 1 + choices.nat(4, 'entities'));
  const values = VALUES.slice(0, choices.nat(4, 'values'));
  const interfaces = INTERFACES.slice(0, choices.nat(3, 'interfaces'));
  const unions = UNIONS.slice(0, choices.nat(3, 'unions'));
  const hasMedia = choices.chance(35, 'media');
  const composites = [...entities, ...values, ...interfaces, ...unions, ...(hasMedia ? ['Media'] : [])];
  const abstracts = new Set([...interfaces, ...unions]);

  function fieldType(where: readonly unknown[]): string {
    const named = choices.chance(50, 'composite', ...where)
      ? choices.pick(composites, 'type', ...where)
      : choices.pick(LEAVES, 'leaf', ...where);
    return choices.pick(WRAPPERS, 'wrapper', ...where).replace('T', named);
  }

  /** Some fields of a type, each resolved by one or two of these subgraphs. */
  function fields(type: string, most: number, from: readonly string[]): FieldModel[] {
    const start = choices.nat(FIELDS.length, 'names', type);
    return Array.from({ length: most }, (_, index) => FIELDS[(start + index) % FIELDS.length]!)
      .filter((name, index) => index === 0 || choices.chance(60, 'field', type, name))
      .map((name) => {
        const typeText = fieldType([type, name]);
        const first = choices.pick(from, 'owner', type, name);
        const isShared =
          type !== 'Mutation' &&
          !abstracts.has(typeText.replaceAll(/[[\]!]/g, '')) &&
          choices.chance(25, 'shared', type, name);
        const second = choices.pick(from, 'second owner', type, name);
        return toField(name, typeText, { owners: isShared ? [first, second] : [first], args: args(type, name) });
      });
  }

  const args = (type: string, name: string) =>
    choices.chance(25, 'arguments', type, name) ? choices.some(ARGUMENTS, 30, 'argument', type, name) : [];

  /** The fields that an interface promises, for one of its object types. */
  const promised = (type: string, from: readonly string[]) =>
    [...members]
      .filter(([, names]) => names.includes(type))
      .flatMap(([name]) =>
        ['a', 'b'].map((letter) => {
          const owners = [choices.pick(from, 'owner', type, name, letter)];
          return toField(promisedName(name, letter), narrowed(type, name, letter), { owners, isPromised: true });
        }),
      );
  /** An object type may promise more than its interface: never null. */
  const narrowed = (type: string, name: string, letter: string) => {
    const text = promisedType(name, letter);
    return !text.endsWith('!') && choices.chance(20, 'narrower', type, name, letter) ? `${text}!` : text;
  };
  const promisedName = (name: string, letter: string) => `${name.toLowerCase()}_${letter}`;
  const promisedType = (name: string, letter: string) => {
    const leaf = choices.chance(30, 'promised entity', name, letter)
      ? choices.pick(entities, 'promised type', name, letter)
      : choices.pick(LEAVES, 'promised leaf', name, letter);
    return choices.pick(WRAPPERS.slice(0, 4), 'promised wrapper', name, letter).replace('T', leaf);
  };
  const members = new Map(
    [...interfaces, ...unions].map((name) => [name, choices.some([...entities, ...values], 50, 'members', name)]),
  );

  function entity(name: string): EntityModel {
    const keys = choices.some(KEYS, 35, 'keys', name);
    const hub = choices.pick(subgraphs, 'hub', name);
    const others = subgraphs.filter((subgraph) => subgraph !== hub && choices.chance(55, 'member', name, subgraph));
    const memberships = others.map(
      (subgraph) =>
        [subgraph, { keys: choices.some(keys, 60, 'member keys', name, subgraph), isResolvable: true }] as const,
    );
    const homes = [hub, ...others];
    return {
      kind: 'entity',
      name,
      keys,
      hub,
      members: new Map([[hub, { keys, isResolvable: true }], ...memberships]),
      fields: [...fields(name, 6, homes), ...promised(name, homes)],
      keyedInterface: undefined,
    };
  }

  const keyInfo = (name: string): ValueModel => ({
    kind: 'value',
    name: `${name}Info`,
    within: new Set(),
    keyOf: name,
    fields: [toField('tag', 'String!', { owners: [], isSolid: true })],
  });

  const value = (name: string): ValueModel => ({
    kind: 'value',
    name,
    within: new Set(),
    keyOf: undefined,
    fields: [...fields(name, 4, subgraphs), ...promised(name, subgraphs)].map((field) =>
      Object.assign(field, { owners: new Set<string>() }),
    ),
  });

  const abstract =
    (kind: AbstractModel['kind']) =>
    (name: string): AbstractModel => ({
      kind,
      name,
      members: members.get(name) ?? [],
      within: new Map(),
      fields:
        kind === 'union'
          ? []
          : ['a', 'b'].map((letter) => toField(promisedName(name, letter), promisedType(name, letter), { owners: [] })),
    });

  function media(): TypeModel[] {
    const hosts = new Set(choices.some(subgraphs, 30, 'hosts'));
    const elsewhere = subgraphs.filter((subgraph) => !hosts.has(subgraph));
    const names = ['Film', 'Song'];
    const keyed: KeyedInterfaceModel = {
      kind: 'keyed-interface',
      name: 'Media',
      members: names,
      hosts,
      objects: new Set(),
      fields: [
        ...fields('Media', 3, [...hosts]).map((field) => ({ ...field, name: `media_${field.name}` })),
        ...(elsewhere.length === 0
          ? []
          : fields('MediaObject', 4, elsewhere).map((field) => ({ ...field, name: `object_${field.name}` }))),
      ],
    };
    const implementations = names.map((name): EntityModel => ({
      kind: 'entity',
      name,
      keys: ['id'],
      hub: [...hosts][0]!,
      keyedInterface: 'Media',
      members: new Map([...hosts].map((host) => [host, { keys: ['id'], isResolvable: true }])),
      fields: fields(name, 3, [...hosts]),
    }));
    return [keyed, ...implementations];
  }

  const root = (name: 'Query' | 'Mutation', most: number): TypeModel => ({
    kind: 'root',
    name,
    fields: fields(name, most, subgraphs),
  });

  return {
    types: () => [
      root('Query', 8),
      ...(choices.chance(50, 'mutation') ? [root('Mutation', 4)] : []),
      ...entities.map(entity),
      ...entities.map(keyInfo),
      ...values.map(value),
      ...interfaces.map(abstract('interface')),
      ...unions.map(abstract('union')),
      ...(hasMedia ? media() : []),
    ],
  };
}

type FieldMore = {
  readonly owners: readonly string[];
  readonly args?: readonly ArgumentModel[];
  readonly isPromised?: boolean;
  readonly isSolid?: boolean;
};

function toField(
  name: string,
  type: string,
  { owners, args = [], isPromised = false, isSolid = false }: FieldMore,
): FieldModel {
  return {
    name,
    type,
    args,
    isPromised,
    isSolid,
    owners: new Set(owners),
    requires: [],
    provides: new Map(),
    externalIn: new Set(),
    overrides: undefined,
    strictIn: undefined,
    isInaccessible: false,
  };
}
