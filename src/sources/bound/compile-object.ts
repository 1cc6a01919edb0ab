import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  isCompositeType,
  isListType,
  isNonNullType,
} from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { NOT_FOUND } from './binding-client.ts';
import type { BoundCall } from './bound-calls.ts';
import { compileValue, readType } from './compile-value.ts';
import { compileArguments } from './field-arguments.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import type { FetchRun, Path, Variables } from './fetch-run.ts';
import type { Complete, FetchScope, ObjectPlan } from './fetch-scope.ts';
import { fromRepresentation, type ObjectState, readAnswer, readKnown, toLoaded } from './object-state.ts';
import { compileRead, type Fields, isFields } from './read-field.ts';
import { type CollectedField, collectFields, type Condition, type SelectionPart } from './selections.ts';
import { toServedPolicy } from './served-policy.ts';

/** Writes one response key of an object. */
export type FieldPlan = {
  readonly responseKey: string;
  readonly when: Condition;
  readonly kind: 'plain' | 'bound';
  /** Whether what it needs of its object is known. */
  readonly isReady: (state: ObjectState, variables: Variables) => boolean;
  readonly isCoveredBy: (known: Fields, variables: Variables) => boolean;
  readonly write: (out: Record<string, unknown>, state: ObjectState, path: Path | undefined, run: FetchRun) => void;
};

/** Compiles what is selected of an object type: fields out of the answer, fields with calls of their own, its entity's call. */
export function compileObject(type: GraphQLObjectType, parts: readonly SelectionPart[], scope: FetchScope): ObjectPlan {
  const fields = collectFields(parts, type, scope).map((field) => compileField(type, field, scope));
  const entity = scope.calls.forEntity(type, (coordinate) => toServedPolicy(coordinate, { type, parts }, scope));
  const isWanted = ({ when }: FieldPlan, { variables }: Pick<FetchRun, 'variables'>): boolean =>
    when === undefined || when(variables);
  const lacks = (state: ObjectState, run: FetchRun): boolean =>
    !state.isLoaded && fields.some((field) => isWanted(field, run) && !field.isReady(state, run.variables));

  function write(
    out: Record<string, unknown>,
    state: ObjectState,
    path: Path | undefined,
    run: FetchRun,
  ): Record<string, unknown> {
    for (const field of fields) if (isWanted(field, run)) field.write(out, state, path, run);
    return out;
  }

  function complete(state: ObjectState, path: Path | undefined, run: FetchRun): Record<string, unknown> {
    const out = Object.create(null) as Record<string, unknown>;
    if (entity === undefined || !entity.isReady(state) || !lacks(state, run)) return write(out, state, path, run);
    for (const field of fields) if (isWanted(field, run)) out[field.responseKey] = null; // keeps the order
    const put = (found: unknown): void =>
      void write(out, toLoaded(state, isFields(found) ? found : undefined), path, run);
    run.fill(loadEntity(entity, state, type, run), path, put, () => put(undefined));
    return out;
  }

  return {
    complete,
    completeEntity: (representation, path, run, put) => {
      const state = fromRepresentation(representation);
      if (!lacks(state, run)) return put(complete(state, path, run));
      const canLoad = entity?.isReady(state) === true;
      const loading = canLoad ? loadEntity(entity, state, type, run) : Promise.reject(notFetchable(type));
      const putFound = (found: unknown): void =>
        put(isFields(found) ? complete(toLoaded(state, found), path, run) : null);
      const hasOwnCalls = fields.some(({ kind }) => kind === 'bound');
      run.fill(loading, path, putFound, () =>
        put(hasOwnCalls ? complete(toLoaded(state, undefined), path, run) : null),
      );
    },
    isCoveredBy: (known, variables) =>
      fields.every((field) => !isWanted(field, { variables }) || field.isCoveredBy(known, variables)),
  };
}

/** The entity as its service gives it; null if the service does not know it. */
async function loadEntity(
  entity: BoundCall,
  state: ObjectState,
  type: GraphQLObjectType,
  run: FetchRun,
): Promise<Fields | null> {
  const found = await entity.load({}, state, run.context);
  if (found === NOT_FOUND || found === null || found === undefined) return null;
  if (!isFields(found))
    throw unusableAnswer(
      `${type.name}: an object was expected, not ${Array.isArray(found) ? 'a list' : typeof found}.`,
    );
  return found;
}

export function compileField(type: GraphQLObjectType, collected: CollectedField, scope: FetchScope): FieldPlan {
  const { responseKey, node, when } = collected;
  const name = node.name.value;
  const field = type.getFields()[name];
  if (name === '__typename' || field === undefined) {
    return {
      responseKey,
      when,
      kind: 'plain',
      isReady: () => true,
      isCoveredBy: () => true,
      write: (out) => void (out[responseKey] = type.name),
    };
  }
  const { parts } = collected;
  const named = getNamedType(field.type);
  const served = isCompositeType(named) ? { type: named, parts } : undefined;
  const call = scope.calls.forField(type, field, (coordinate) => toServedPolicy(coordinate, served, scope));
  const complete = compileValue(field.type, parts, `${type.name}.${name}`, scope);
  return {
    responseKey,
    when,
    ...(call === undefined
      ? compilePlain(type, collected, complete, scope)
      : compileBound(field, collected, { call, complete, wireNames: scope.subgraph.wireNames })),
  };
}

type FieldBehaviour = Omit<FieldPlan, 'responseKey' | 'when'>;

function compilePlain(
  type: GraphQLObjectType,
  { responseKey, node, parts }: CollectedField,
  complete: Complete,
  scope: FetchScope,
): FieldBehaviour {
  const name = node.name.value;
  const read = compileRead(scope.subgraph, `${type.name}.${name}`);
  const isWhole = compileCoverage(type, { name, parts }, scope);
  const hasArguments = (type.getFields()[name]?.args.length ?? 0) > 0;
  const isCoveredBy = (known: Fields, variables: Variables): boolean =>
    !hasArguments && Object.hasOwn(known, name) && known[name] !== undefined && isWhole(known[name], variables);
  return {
    kind: 'plain',
    isCoveredBy,
    isReady: (state, variables) =>
      (state.known !== undefined && isCoveredBy(state.known, variables)) || readAnswer(state, read) !== undefined,
    write: (out, state, path, run) => {
      const isKnown = state.known !== undefined && isCoveredBy(state.known, run.variables);
      const value = isKnown ? readKnown(state, name) : readAnswer(state, read);
      out[responseKey] = complete(value, isKnown, { key: responseKey, parent: path }, run);
    },
  };
}

/** Whether a value out of a representation holds all that is selected of it. */
function compileCoverage(
  type: GraphQLObjectType,
  { name, parts }: { readonly name: string; readonly parts: readonly SelectionPart[] },
  scope: FetchScope,
): (value: unknown, variables: Variables) => boolean {
  const field = type.getFields()[name];
  const inner = field === undefined ? undefined : getNamedType(field.type);
  if (!isCompositeType(inner)) return () => true;
  const planOf = scope.planObjects(parts);
  const isWhole = (value: unknown, variables: Variables): boolean => {
    if (Array.isArray(value)) return value.every((item) => isWhole(item, variables));
    if (!isFields(value)) return value === null;
    const actual = readType(inner, value, scope);
    return actual !== undefined && planOf(actual).isCoveredBy(value, variables);
  };
  return isWhole;
}

type BoundParts = {
  readonly call: BoundCall;
  readonly complete: Complete;
  readonly wireNames: SubgraphSchema['wireNames'];
};

function compileBound(
  field: GraphQLField<unknown, unknown>,
  { responseKey, node }: CollectedField,
  { call, complete, wireNames }: BoundParts,
): FieldBehaviour {
  const readArguments = compileArguments(field, node, wireNames);
  const mayBeMissing = !isNonNullType(field.type) && !isListType(field.type);
  const toAnswer = (value: unknown): unknown => {
    if (value !== NOT_FOUND) return value;
    if (mayBeMissing) return null;
    throw unusableAnswer(`${field.name}: the service knows nothing there, where ${String(field.type)} was expected.`);
  };
  return {
    kind: 'bound',
    isCoveredBy: () => false,
    isReady: (state) => call.isReady(state),
    write: (out, state, parent, run) => {
      const path = { key: responseKey, parent };
      out[responseKey] = null;
      const put = (value: unknown): void => {
        out[responseKey] = complete(toAnswer(value), false, path, run);
      };
      run.fill(call.load(readArguments(run.variables), state, run.context), path, put, () => {});
    },
  };
}

function notFetchable(type: GraphQLObjectType): GatewayError {
  return new GatewayError('INTERNAL_ERROR', `No call fetches a ${type.name} by this key.`);
}
