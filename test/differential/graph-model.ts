/** A field as one schema would have it, and how the subgraphs share it. */
export type FieldModel = {
  readonly name: string;
  /** As in SDL. */
  readonly type: string;
  readonly args: readonly ArgumentModel[];
  /** The subgraphs that resolve it. For a field of a value type: all that have the type. */
  readonly owners: Set<string>;
  /** Part of an interface: it is in every object type of that interface. */
  readonly isPromised: boolean;
  requires: readonly RequiredField[];
  /** By subgraph, for a field that leads to an entity: the entity's fields that come with it. */
  readonly provides: Map<string, readonly string[]>;
  /** Subgraphs that name it without resolving it. */
  readonly externalIn: Set<string>;
  /** The subgraph it is taken away from. */
  overrides: string | undefined;
  /** The owner that says it is never null, though others may. */
  strictIn: string | undefined;
  isInaccessible: boolean;
  /** Never fails, and is never null where it must not be. */
  isSolid: boolean;
};

export type ArgumentModel = { readonly name: string; readonly type: string; readonly defaultText: string | undefined };

export type RequiredField = {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly selections: readonly RequiredField[];
};

/** How a subgraph has an entity: by which of its keys, and whether others can fetch it there. */
type Membership = { readonly keys: readonly string[]; readonly isResolvable: boolean };

export type EntityModel = {
  readonly kind: 'entity';
  readonly name: string;
  readonly keys: readonly string[];
  /** Has every key. */
  readonly hub: string;
  readonly members: Map<string, Membership>;
  readonly fields: readonly FieldModel[];
  /** The interface with a key whose object type this is. */
  readonly keyedInterface: string | undefined;
};

export type ValueModel = {
  readonly kind: 'value';
  readonly name: string;
  readonly within: Set<string>;
  readonly fields: readonly FieldModel[];
  /** Holds a part of the key of this entity. */
  readonly keyOf: string | undefined;
};

/** An interface or a union of entities and values: which of them, in which subgraph. */
export type AbstractModel = {
  readonly kind: 'interface' | 'union';
  readonly name: string;
  readonly members: readonly string[];
  readonly within: Map<string, readonly string[]>;
  /** Those of an interface, the first one in every subgraph that has it. */
  readonly fields: readonly FieldModel[];
};

/** An interface with a key `id`: with all its object types in its hosts, one `@interfaceObject` elsewhere. */
export type KeyedInterfaceModel = {
  readonly kind: 'keyed-interface';
  readonly name: string;
  readonly members: readonly string[];
  readonly hosts: ReadonlySet<string>;
  readonly objects: Set<string>;
  readonly fields: readonly FieldModel[];
};

type RootModel = {
  readonly kind: 'root';
  readonly name: 'Query' | 'Mutation';
  readonly fields: readonly FieldModel[];
};

export type TypeModel = EntityModel | ValueModel | AbstractModel | KeyedInterfaceModel | RootModel;

/** A whole graph: its types, and how they are split into subgraphs. */
export type GraphModel = {
  readonly subgraphs: readonly string[];
  /** Subgraphs written in the style of Federation 1. */
  readonly firstStyle: Set<string>;
  readonly types: ReadonlyMap<string, TypeModel>;
};

/** The innermost type's name: `E` of `[E!]!`. */
export const namedType = (type: string): string => type.replaceAll(/[[\]!]/g, '');

/** The fields of an entity that its keys name at the top, with their types. */
const KEY_FIELDS: Readonly<Record<string, string>> = {
  id: 'ID!',
  code: 'String!',
  region: 'String!',
  num: 'Int!',
};

/** `[name, type]` of each field that a key of an entity names at the top: `info { tag }` has `info`. */
export function keyFields(entity: string, key: string): readonly (readonly [string, string])[] {
  const names = key
    .replaceAll(/\{[^}]*\}/g, '')
    .trim()
    .split(/\s+/);
  return names.map((name) => [name, KEY_FIELDS[name] ?? `${entity}Info!`] as const);
}

/** The value types, entities and so on that a subgraph has. */
export function isWithin(type: TypeModel, subgraph: string): boolean {
  switch (type.kind) {
    case 'entity':
      return type.members.has(subgraph);
    case 'value':
    case 'interface':
    case 'union':
      return type.within.has(subgraph);
    case 'keyed-interface':
      return type.hosts.has(subgraph) || type.objects.has(subgraph);
    case 'root':
      return type.fields.some((field) => field.owners.has(subgraph) || field.overrides === subgraph);
  }
}
