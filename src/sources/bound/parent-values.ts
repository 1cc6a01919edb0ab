import {
  getNamedType,
  type GraphQLObjectType,
  isLeafType,
  isNonNullType,
  isListType,
  isObjectType,
  Kind,
  parse,
} from 'graphql';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { BindingNames } from '../../subgraph/binding-names.ts';
import { type ObjectState, readAnswer, readKnown } from './object-state.ts';
import { createPlainObject } from './plain-object.ts';
import { compileRead, type Fields, isFields, type ReadField } from './read-field.ts';
import { identifyField, toIdentity } from './value-identity.ts';

/** How deep `this.a.b` is followed into an answer. */
const MAX_DEPTH = 4;

type Reader = { readonly name: string; readonly read: ReadField };

/** What a call needs of its parent. */
export type ParentValues = {
  /** Under GraphQL names. */
  readonly read: (state: ObjectState) => Fields;
  /** A text or number that parents of equal values have, and no others; null where one that the call can't do without is null. */
  readonly identify: (state: ObjectState) => string | number | null;
  /** Whether all it names is known. */
  readonly isComplete: (state: ObjectState) => boolean;
};

/**
 * For a call that takes its parent as a whole: a representation, else the key's fields, else all its own leaves. `required`
 * are those without which there is nothing to ask by.
 */
export function compileParentValues(
  type: GraphQLObjectType,
  { named, takesAll, required }: BindingNames,
  subgraph: SubgraphSchema,
): ParentValues {
  const toReader = (name: string): Reader => ({ name, read: compileNamed(type, name, subgraph, 0) });
  const readers = named.map(toReader);
  const all = takesAll ? [...readers, ...ownNames(type, subgraph).map(toReader)] : readers;
  const read = (state: ObjectState): Fields => readAll(state, all, takesAll);
  return {
    read,
    identify: takesAll ? (state) => identifyFields(read(state), required) : compileIdentify(all, required),
    isComplete: (state) => {
      for (const reader of readers) if (readValue(state, reader) === undefined) return false;
      return true;
    },
  };
}

function readAll(state: ObjectState, readers: readonly Reader[], takesAll: boolean): Fields {
  const values = createPlainObject();
  if (takesAll && state.known !== undefined) {
    for (const [name, value] of Object.entries(state.known)) if (name !== '__typename') values[name] = value;
  }
  for (const reader of readers) {
    const value = readValue(state, reader);
    if (value !== undefined) values[reader.name] = value;
  }
  return values;
}

/** Most calls are known by one value, which needs no text to be made for it. */
function compileIdentify(readers: readonly Reader[], required: ReadonlySet<string>): ParentValues['identify'] {
  const [only] = readers;
  if (only === undefined || readers.length > 1) return (state) => identify(state, readers, required);
  const isRequired = required.has(only.name);
  return (state) => {
    const value = readValue(state, only);
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && !value.startsWith(OTHER_VALUES)) return value;
    if (value === null && isRequired) return null;
    return OTHER_VALUES + (value === undefined ? '' : identifyField(only.name, value));
  };
}

/** What stands before values that are neither plain texts nor numbers. */
const OTHER_VALUES = '\0';

/** Without an object for it: most parents ask for what another has asked for already. */
function identify(state: ObjectState, readers: readonly Reader[], required: ReadonlySet<string>): string | null {
  let text = '';
  for (const reader of readers) {
    const value = readValue(state, reader);
    if (value === null && required.has(reader.name)) return null;
    if (value !== undefined) text += identifyField(reader.name, value);
  }
  return text;
}

function identifyFields(values: Fields, required: ReadonlySet<string>): string | null {
  for (const name of required) if (values[name] === null) return null;
  return toIdentity(values);
}

/** The top names of a type's keys. */
function keyNames(type: string, subgraph: SubgraphSchema): readonly string[] {
  const names = (subgraph.keys.get(type) ?? []).flatMap((fields) => {
    const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
    return definition.selectionSet.selections.flatMap((selection) =>
      selection.kind === Kind.FIELD ? selection.name.value : [],
    );
  });
  return [...new Set(names)];
}

function readValue(state: ObjectState, { name, read }: Reader): unknown {
  const known = readKnown(state, name);
  return known === undefined ? readAnswer(state, read) : known;
}

function ownNames(type: GraphQLObjectType, subgraph: SubgraphSchema): readonly string[] {
  const keys = keyNames(type.name, subgraph);
  if (keys.length > 0) return keys;
  return Object.values(type.getFields()).flatMap((field) => {
    const isOwn = field.args.length === 0 && !subgraph.fieldBindings.has(`${type.name}.${field.name}`);
    return isOwn && isLeafType(getNamedType(field.type)) ? field.name : [];
  });
}

/** Reads a field out of a service's object and gives its parts their GraphQL names. */
function compileNamed(type: GraphQLObjectType, name: string, subgraph: SubgraphSchema, depth: number): ReadField {
  const field = type.getFields()[name];
  const read = compileRead(subgraph, `${type.name}.${name}`);
  if (field === undefined || depth >= MAX_DEPTH) return read;
  const nullable = isNonNullType(field.type) ? field.type.ofType : field.type;
  const inner = getNamedType(nullable);
  if (!isObjectType(inner)) return read;
  let readers: readonly Reader[] | undefined;
  const toNamed = (value: unknown): unknown => {
    if (!isFields(value)) return value;
    readers ??= ownParts(inner, subgraph).map((part) => ({
      name: part,
      read: compileNamed(inner, part, subgraph, depth + 1),
    }));
    return Object.fromEntries(readers.map((part) => [part.name, part.read(value) ?? null]));
  };
  return (from) => {
    const value = read(from);
    return isListType(nullable) && Array.isArray(value) ? value.map(toNamed) : toNamed(value);
  };
}

function ownParts(type: GraphQLObjectType, subgraph: SubgraphSchema): readonly string[] {
  return Object.keys(type.getFields()).filter((name) => !subgraph.fieldBindings.has(`${type.name}.${name}`));
}
