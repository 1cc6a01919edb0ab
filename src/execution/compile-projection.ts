import {
  getNullableType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, hasUndecidedFragment, type FieldCollection } from './collect-fields.ts';
import { compileLeaf } from './complete-leaf.ts';
import {
  addDenial,
  addUnusable,
  BUBBLE,
  createPlace,
  NULLED,
  type Complete,
  type Place,
  type ProjectionState,
} from './projection-state.ts';
import { compileRead, isResponseObject, typenameOf, writeOwn, type ResponseObject } from './response-object.ts';
import type { ToFetchKey } from './response-keys.ts';

/** What a projection is compiled from. */
export type ProjectionInput = FieldCollection & { readonly toFetchKey: ToFetchKey };

type FieldProjection = {
  readonly clientKey: string;
  readonly fetchKey: string;
  readonly complete: (object: ResponseObject, state: ProjectionState) => unknown;
};

/** The response's data out of the merged data: fields in the client's order, leaves coerced, nulls propagated. */
export type Projection = {
  readonly project: (data: ResponseObject, state: ProjectionState) => ResponseObject | null;
  /** Whether the root field under this key of the fetches makes the whole response null. */
  readonly hasBubbled: (fetchKey: string, data: ResponseObject, state: ProjectionState) => boolean;
  readonly hasIntrospection: boolean;
};

export function compileProjection(
  input: ProjectionInput,
  root: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): Projection {
  const fields = compileFields(input, root, [selectionSet], undefined);
  const project = compileWrite(fields);
  return {
    project: (data, state) => {
      const written = project(data, state);
      return written === NULLED ? null : (written as ResponseObject);
    },
    hasBubbled: (fetchKey, data, state) =>
      fields.some((field) => field.fetchKey === fetchKey && field.complete(data, state) === BUBBLE),
    hasIntrospection: fields.some((field) => isIntrospection(field.fetchKey)),
  };
}

const isIntrospection = (name: string) => name === '__schema' || name === '__type';

function compileWrite(fields: readonly FieldProjection[]): (object: ResponseObject, state: ProjectionState) => unknown {
  return (object, state) => {
    const written: ResponseObject = {};
    for (const field of fields) {
      const value = field.complete(object, state);
      if (value === BUBBLE) return NULLED;
      writeOwn(written, field.clientKey, value === NULLED ? null : value);
    }
    return written;
  };
}

function compileFields(
  input: ProjectionInput,
  type: GraphQLObjectType | GraphQLInterfaceType,
  selectionSets: readonly SelectionSetNode[],
  above: Place | undefined,
): readonly FieldProjection[] {
  return Array.from(collectFields(input, type.name, selectionSets), ([clientKey, nodes]) =>
    compileField(input, type, { clientKey, nodes, above }),
  );
}

type CollectedField = {
  readonly clientKey: string;
  readonly nodes: readonly FieldNode[];
  readonly above: Place | undefined;
};

function compileField(
  input: ProjectionInput,
  type: GraphQLObjectType | GraphQLInterfaceType,
  collected: CollectedField,
): FieldProjection {
  const { clientKey, nodes, above } = collected;
  const [first] = nodes;
  if (first === undefined) throw new Error('a collected field has no node');
  const name = first.name.value;
  if (isIntrospection(name) && above === undefined) return compileIntrospection(clientKey, name);
  const place = createPlace(above, clientKey, input.toFetchKey(first));
  const fetchKey = place.fetchKey ?? '';
  if (name === '__typename') return { clientKey, fetchKey, complete: compileTypename(type, place) };
  const field = input.schema.getField(type, name);
  if (field === undefined) throw new Error(`the API schema has no field ${type.name}.${name}`);
  const label = `${type.name}.${name}`;
  const reason = readDenial(input, nodes);
  if (reason !== undefined) return { clientKey, fetchKey, complete: compileDenied(field.type, place, reason) };
  const selectionSets = nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));
  const complete = compileValue({ input, selectionSets, label }, field.type, place);
  const read = compileRead(fetchKey);
  return { clientKey, fetchKey, complete: (object, state) => complete(read(object), state) };
}

/** Of a field that is selected twice, what may be seen through one of the two is shown; of an object, only as a whole. */
function readDenial({ denied }: ProjectionInput, nodes: readonly FieldNode[]): string | undefined {
  const reasons = nodes.flatMap((node) => denied.get(node) ?? []);
  const isShown = reasons.length < nodes.length && nodes.every((node) => node.selectionSet === undefined);
  return isShown ? undefined : reasons[0];
}

function compileIntrospection(clientKey: string, name: string): FieldProjection {
  return { clientKey, fetchKey: name, complete: (_object, { introspection }) => introspection?.[clientKey] ?? null };
}

function compileDenied(type: GraphQLOutputType, place: Place, reason: string): FieldProjection['complete'] {
  const answer = isNonNullType(type) ? BUBBLE : NULLED;
  return (_object, state) => {
    addDenial(state, place, reason);
    return answer;
  };
}

/** An object's own type. Where only an interface is known of an object, no service could say what it is. */
function compileTypename(type: GraphQLObjectType | GraphQLInterfaceType, place: Place): FieldProjection['complete'] {
  if (isObjectType(type)) return () => type.name;
  return (_object, state) => {
    addUnusable(state, place, 'The type of the object is not known.');
    return BUBBLE;
  };
}

type Below = {
  readonly input: ProjectionInput;
  readonly selectionSets: readonly SelectionSetNode[];
  readonly label: string;
};

function compileValue(below: Below, type: GraphQLOutputType, place: Place): Complete {
  if (isNonNullType(type))
    return compileNonNull(compileNullable(below, getNullableType(type), place), place, below.label);
  return compileNullable(below, type, place);
}

function compileNonNull(complete: Complete, place: Place, label: string): Complete {
  const message = `Cannot return null for non-nullable field ${label}.`;
  return (value, state) => {
    const completed = complete(value, state);
    if (completed === NULLED) return BUBBLE;
    if (completed !== null) return completed;
    addUnusable(state, place, message);
    return BUBBLE;
  };
}

function compileNullable(below: Below, type: GraphQLOutputType, place: Place): Complete {
  if (isListType(type)) return compileList(below, type.ofType, place);
  if (isLeafType(type)) return compileLeaf(type, place);
  if (isAbstractType(type)) return compileAbstract(below, type, place);
  if (isObjectType(type)) return compileObject(below, type, place);
  throw new Error('a non-null type is not nullable');
}

function compileList(below: Below, itemType: GraphQLOutputType, place: Place): Complete {
  const complete = compileValue(below, itemType, createPlace(place, null, null));
  const depth = countLists(place);
  return (value, state) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) {
      addUnusable(state, place, 'The value is no list.');
      return NULLED;
    }
    const items: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      state.indices[depth] = index;
      const item = complete(value[index], state);
      if (item === BUBBLE) return NULLED;
      items.push(item === NULLED ? null : item);
    }
    return items;
  };
}

function countLists(place: Place): number {
  return place.clientKeys.filter((key) => key === null).length;
}

function compileObject({ input, selectionSets }: Below, type: GraphQLObjectType, place: Place): Complete {
  const write = compileWrite(compileFields(input, type, selectionSets, place));
  return (value, state) => {
    if (value === null || value === undefined) return null;
    if (!isResponseObject(value)) return refuse(state, place, 'The value is no object.');
    const typename = typenameOf(value);
    if (typename !== undefined && typename !== type.name)
      return refuse(state, place, `The value is no "${type.name}".`);
    return write(value, state);
  };
}

function refuse(state: ProjectionState, place: Place, message: string): typeof NULLED {
  addUnusable(state, place, message);
  return NULLED;
}

/** Compiled for each type when an object of it first comes. */
function compileAbstract(below: Below, type: GraphQLAbstractType, place: Place): Complete {
  const byTypename = new Map<string, Complete>();
  return (value, state) => {
    if (value === null || value === undefined) return null;
    if (!isResponseObject(value)) return refuse(state, place, 'The value is no object.');
    const typename = typenameOf(value) ?? type.name;
    const known = byTypename.get(typename);
    if (known !== undefined) return known(value, state);
    const write = compilePossible(below, type, { typename, place });
    if (write === undefined) return refuse(state, place, `The value is no "${type.name}".`);
    byTypename.set(typename, write);
    return write(value, state);
  };
}

/** undefined if the position cannot have that type. */
function compilePossible(
  below: Below,
  type: GraphQLAbstractType,
  { typename, place }: { readonly typename: string; readonly place: Place },
): Complete | undefined {
  const { input, selectionSets } = below;
  const actual = input.schema.getType(typename);
  if (actual === type) return compileUnknown(below, type, place);
  if (!isObjectType(actual) && !isInterfaceType(actual)) return undefined;
  if (!input.schema.isSubType(type, actual)) return undefined;
  const write = compileWrite(compileFields(input, actual, selectionSets, place));
  return (value, state) => write(value as ResponseObject, state);
}

/**
 * An object of which only the position's own type is known: it was not asked for more, or an interface object's service
 * knows no more. That is enough unless fragments depend on its type.
 */
function compileUnknown({ input, selectionSets }: Below, type: GraphQLAbstractType, place: Place): Complete {
  if (selectionSets.some((selectionSet) => hasUndecidedFragment(input, type.name, selectionSet))) {
    return (_value, state) => refuse(state, place, 'The type of the object is not known.');
  }
  if (!isInterfaceType(type)) return () => ({});
  const write = compileWrite(compileFields(input, type, selectionSets, place));
  return (value, state) => write(value as ResponseObject, state);
}
