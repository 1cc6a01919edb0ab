import {
  Kind,
  parse,
  visit,
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { readMultipliedTypes } from './read-multiplied-types.ts';
import type { WrittenOut } from './reduce-interfaces.ts';

/** What planning must know of a supergraph beside what the native planner knows. */
export type SupergraphFacts = {
  /** Object types of each interface and union, inaccessible ones included. */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  /** Abstract types that the native planner writes out, with the number of their possible types. */
  readonly multipliedTypes: ReadonlyMap<string, number>;
  /** Interfaces of which the native planner knows less. */
  readonly writtenOut: WrittenOut;
  /** The named type of each field, by the name of the object type or interface, then the field's. */
  readonly fieldTypes: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The root type of each kind of operation. */
  readonly rootTypes: ReadonlyMap<string, string>;
  /** Names of the fields that some `@requires` selects. */
  readonly requiredNames: ReadonlySet<string>;
  /** Those of them that it gives arguments. */
  readonly requiredWithArguments: ReadonlySet<string>;
  /** Top-level fields of each key of `typeName` in `subgraph`, an interface's keys among them. */
  readonly keysOf: (typeName: string, subgraph: string) => readonly (readonly string[])[];
};

type TypeFacts = {
  readonly interfaces: readonly string[];
  readonly keys: { readonly graph: string; readonly fields: readonly string[] }[];
};

/** Reads supergraph SDL of the join specification. */
export function readSupergraphFacts(sdl: string, writtenOut: WrittenOut = new Map()): SupergraphFacts {
  const { definitions } = parse(sdl, { noLocation: true });
  const composites = definitions.filter(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
  const graphNames = readGraphNames(definitions);
  const types = new Map(composites.map((definition) => [definition.name.value, readTypeFacts(definition)]));
  const required = readRequiredFields(composites);
  const possibleTypes = readPossibleTypes(definitions);
  return {
    possibleTypes,
    multipliedTypes: readMultipliedTypes(definitions, possibleTypes, writtenOut),
    writtenOut,
    fieldTypes: new Map(composites.map((definition) => [definition.name.value, readFieldTypes(definition)])),
    rootTypes: readRootTypes(definitions),
    requiredNames: new Set(required.map(({ name }) => name.value)),
    requiredWithArguments: new Set(required.flatMap((field) => (field.arguments?.length ? [field.name.value] : []))),
    keysOf: (typeName, subgraph) => keysOf(types, typeName, graphNames.get(subgraph)),
  };
}

function readTypeFacts(definition: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode): TypeFacts {
  return { interfaces: interfacesOf(definition), keys: readKeys(definition.directives ?? []) };
}

function readFieldTypes({
  fields,
}: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode): ReadonlyMap<string, string> {
  return new Map((fields ?? []).map((field) => [field.name.value, namedType(field.type)]));
}

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

function readRootTypes(definitions: readonly DefinitionNode[]): ReadonlyMap<string, string> {
  const schema = definitions.find((definition) => definition.kind === Kind.SCHEMA_DEFINITION);
  return new Map(schema?.operationTypes.map(({ operation, type }) => [operation, type.name.value]));
}

function readRequiredFields(
  composites: readonly (ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode)[],
): readonly FieldNode[] {
  const found: FieldNode[] = [];
  for (const { directives } of composites.flatMap(({ fields }) => fields ?? [])) {
    for (const directive of directives ?? []) {
      const required = directive.name.value === 'join__field' ? readText(directive, 'requires') : undefined;
      if (required === undefined) continue;
      visit(parse(`{${required}}`, { noLocation: true }), { Field: (field) => void found.push(field) });
    }
  }
  return found;
}

const interfacesOf = ({ interfaces }: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode) =>
  (interfaces ?? []).map((type) => type.name.value);

function readPossibleTypes(definitions: readonly DefinitionNode[]): ReadonlyMap<string, ReadonlySet<string>> {
  const possibleTypes = new Map<string, Set<string>>();
  const possibleOf = (name: string) => possibleTypes.get(name) ?? possibleTypes.set(name, new Set()).get(name);
  for (const definition of definitions) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const type of definition.types ?? []) possibleOf(definition.name.value)?.add(type.name.value);
    } else if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      possibleOf(definition.name.value);
    } else if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      for (const name of interfacesOf(definition)) possibleOf(name)?.add(definition.name.value);
    }
  }
  return possibleTypes;
}

function keysOf(
  types: ReadonlyMap<string, TypeFacts>,
  typeName: string,
  graph: string | undefined,
): readonly (readonly string[])[] {
  const type = types.get(typeName);
  if (type === undefined) return [];
  const own = [type, ...type.interfaces.map((name) => types.get(name))].flatMap((facts) => facts?.keys ?? []);
  return own.filter((key) => key.graph === graph).map((key) => key.fields);
}

/** Subgraph name → its value in the `join__Graph` enum. */
function readGraphNames(definitions: readonly DefinitionNode[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const graph = value.directives?.find((directive) => directive.name.value === 'join__graph');
      const name = graph && readText(graph, 'name');
      if (name !== undefined) names.set(name, value.name.value);
    }
  }
  return names;
}

function readKeys(directives: readonly ConstDirectiveNode[]): TypeFacts['keys'] {
  return directives.flatMap((directive) => {
    if (directive.name.value !== 'join__type') return [];
    const graph = readText(directive, 'graph');
    const key = readText(directive, 'key');
    return graph === undefined || key === undefined ? [] : [{ graph, fields: readTopLevelFields(key) }];
  });
}

function readText(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

function readTopLevelFields(fieldSet: string): readonly string[] {
  const [definition] = parse(`{${fieldSet}}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? fieldsOf(definition.selectionSet) : [];
}

function fieldsOf(selectionSet: SelectionSetNode): readonly string[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet) : [];
  });
}
