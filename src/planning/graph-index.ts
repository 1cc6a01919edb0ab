import { Kind, parse, type DefinitionNode, type DocumentNode } from 'graphql';
import { createFieldSets } from './field-set.ts';
import { readFields } from './index-fields.ts';
import { readImplementations, type Implementations } from './index-implementations.ts';
import { readJoins, textOf } from './join-directives.ts';
import type { Selections } from './selection.ts';

/** A supergraph by what planning asks of it: which subgraph has which types, keys and fields. Subgraphs by their names. */
export type GraphIndex = {
  /** Objects, interfaces and unions. */
  readonly types: ReadonlyMap<string, GraphType>;
  /** The root type of each kind of operation. */
  readonly rootTypes: ReadonlyMap<string, string>;
  /** Object types of each interface and union, inaccessible ones included. */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
};

type GraphType = {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union';
  /** The interfaces that it implements. */
  readonly interfaces: readonly string[];
  /** Its object types in the whole graph; itself for an object. */
  readonly objects: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, GraphField>;
  readonly subgraphs: ReadonlyMap<string, TypeIn>;
};

/** A type in one subgraph. */
type TypeIn = {
  readonly keys: readonly Key[];
  /** An object there that stands for any object of the interface (`@interfaceObject`). */
  readonly isInterfaceObject: boolean;
  /** What objects can be there: object types, and interfaces of which the subgraph has interface objects. */
  readonly objects: ReadonlySet<string>;
};

export type Key = { readonly fields: Selections; readonly isResolvable: boolean };

export type GraphField = {
  readonly name: string;
  /** The name of its type in the whole graph. */
  readonly type: string;
  readonly subgraphs: ReadonlyMap<string, FieldIn>;
};

/** A field in one subgraph. */
export type FieldIn = {
  /** As in SDL, e.g. `[Int!]`. */
  readonly typeText: string;
  readonly type: string;
  /** Lists in lists have two or more. */
  readonly listLevels: number;
  /** Of another type than in the whole graph: never null where others may be. A null there takes more with it. */
  readonly isStricter: boolean;
  /** Named there, but resolved elsewhere. */
  readonly isExternal: boolean;
  readonly requires: Selections | undefined;
  readonly provides: Selections | undefined;
  readonly label: OverrideLabel | undefined;
};

/** A progressive override: resolved there only where the label is followed, or only where it is not. */
export type OverrideLabel = { readonly name: string; readonly isFollowed: boolean };

/** What objects of a type can be in a subgraph; nothing where the subgraph does not have the type. */
export function objectsAt(
  { types }: GraphIndex,
  { subgraph, type }: { readonly subgraph: string; readonly type: string },
): ReadonlySet<string> {
  return types.get(type)?.subgraphs.get(subgraph)?.objects ?? NO_OBJECTS;
}

const NO_OBJECTS: ReadonlySet<string> = new Set();

/** Reads supergraph SDL of the join specification (https://specs.apollo.dev/join/v0.5). Throws for other text. */
export function indexGraph(sdl: string): GraphIndex {
  const document = parse(sdl, { noLocation: true });
  const graphNames = readGraphNames(document);
  const joined = readImplementations(document.definitions, graphNames);
  const reading: IndexReading = { graphNames, toSelections: createFieldSets(), ...joined };
  const types = new Map<string, GraphType>();
  for (const definition of document.definitions) {
    const type = readType(definition, reading);
    if (type !== undefined) types.set(type.name, type);
  }
  const abstract = [...types.values()].filter(({ kind }) => kind !== 'object');
  const possibleTypes = new Map(abstract.map(({ name, objects }) => [name, objects]));
  return { types, possibleTypes, rootTypes: readRootTypes(document) };
}

/** What reading one definition needs of the others. */
export type IndexReading = Implementations & {
  /** `join__Graph` value → subgraph. */
  readonly graphNames: ReadonlyMap<string, string>;
  readonly toSelections: (fieldSet: string) => Selections;
};

function readGraphNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const [graph] = readJoins(value, 'join__graph');
      names.set(value.name.value, (graph && textOf(graph, 'name')) ?? value.name.value);
    }
  }
  return names;
}

function readRootTypes({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const schema = definitions.find((definition) => definition.kind === Kind.SCHEMA_DEFINITION);
  return new Map(schema?.operationTypes.map(({ operation, type }) => [operation, type.name.value]));
}

function readType(definition: DefinitionNode, reading: IndexReading): GraphType | undefined {
  const kind = KINDS.get(definition.kind);
  if (kind === undefined || !isComposite(definition)) return undefined;
  const name = definition.name.value;
  const subgraphs = readSubgraphs(definition, reading);
  const isUnion = definition.kind === Kind.UNION_TYPE_DEFINITION;
  return {
    name,
    kind,
    interfaces: isUnion ? [] : (definition.interfaces?.map((type) => type.name.value) ?? []),
    objects: kind === 'object' ? new Set([name]) : (reading.objects.get(name) ?? new Set()),
    fields: isUnion ? new Map() : readFields(definition.fields ?? [], [...subgraphs.keys()], reading),
    subgraphs,
  };
}

const KINDS: ReadonlyMap<string, GraphType['kind']> = new Map([
  [Kind.OBJECT_TYPE_DEFINITION, 'object'],
  [Kind.INTERFACE_TYPE_DEFINITION, 'interface'],
  [Kind.UNION_TYPE_DEFINITION, 'union'],
]);

type CompositeNode = Extract<
  DefinitionNode,
  { kind: 'ObjectTypeDefinition' | 'InterfaceTypeDefinition' | 'UnionTypeDefinition' }
>;

const isComposite = (definition: DefinitionNode): definition is CompositeNode => KINDS.has(definition.kind);

function readSubgraphs(definition: CompositeNode, reading: IndexReading): ReadonlyMap<string, TypeIn> {
  const name = definition.name.value;
  const bySubgraph = new Map<string, { keys: Key[]; isInterfaceObject: boolean; objects: ReadonlySet<string> }>();
  for (const join of readJoins(definition, 'join__type')) {
    const graph = textOf(join, 'graph') ?? '';
    const subgraph = reading.graphNames.get(graph) ?? graph;
    const isInterfaceObject = join.get('isInterfaceObject') === true;
    const isObject = isInterfaceObject || definition.kind === Kind.OBJECT_TYPE_DEFINITION;
    const type = getOrCreate(bySubgraph, subgraph, () => ({
      keys: [],
      isInterfaceObject,
      objects: isObject ? new Set([name]) : (reading.objectsIn.get(name)?.get(subgraph) ?? new Set<string>()),
    }));
    const key = textOf(join, 'key');
    if (key !== undefined)
      type.keys.push({ fields: reading.toSelections(key), isResolvable: join.get('resolvable') !== false });
  }
  return bySubgraph;
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
