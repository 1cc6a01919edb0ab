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
import { compileIsOwnForm } from './own-form.ts';
import { compileValue, readType } from './compile-value.ts';
import { compileArguments } from './field-arguments.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import type { FetchRun, Path, Variables } from './fetch-run.ts';
import type { Complete, FetchScope, ObjectPlan } from './fetch-scope.ts';
import { fromRepresentation, type ObjectState, readAnswer, readKnown, toLoaded } from './object-state.ts';
import { Filling } from './filling.ts';
import { createPlainObject, EMPTY_OBJECT } from './plain-object.ts';
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
  const hasOwnCalls = fields.some(({ kind }) => kind === 'bound');

  function write(out: Record<string, unknown>, state: ObjectState, path: Path | undefined, run: FetchRun): void {
    for (const field of fields)
      if (field.when === undefined || field.when(run.variables)) field.write(out, state, path, run);
  }

  /** Whether the entity's call is needed for what is selected. */
  function lacks(state: ObjectState, { variables }: Pick<FetchRun, 'variables'>): boolean {
    if (state.isLoaded) return false;
    for (const { when, isReady } of fields)
      if ((when === undefined || when(variables)) && !isReady(state, variables)) return true;
    return false;
  }

  function complete(state: ObjectState, path: Path | undefined, run: FetchRun): Record<string, unknown> {
    const out = createPlainObject();
    if (entity === undefined || !entity.isReady(state) || !lacks(state, run)) {
      write(out, state, path, run);
      return out;
    }
    for (const { when, responseKey } of fields) if (when === undefined || when(run.variables)) out[responseKey] = null; // keeps the order
    load(entity, noArguments, state, new ObjectFilling(run, path, { out, state, type, write }));
    return out;
  }

  /** What stands for an entity whose call failed: what it has of its own calls. */
  function completeWithout(state: ObjectState, path: Path, run: FetchRun): Record<string, unknown> | null {
    return hasOwnCalls ? complete(toLoaded(state, undefined), path, run) : null;
  }

  return {
    complete,
    completeEntity: (representation, path, run, put) => {
      const state = fromRepresentation(representation);
      if (!lacks(state, run)) return put(complete(state, path, run));
      if (entity?.isReady(state) !== true) {
        run.report(new GatewayError('INTERNAL_ERROR', `No call fetches a ${type.name} by this key.`), path);
        return put(completeWithout(state, path, run));
      }
      const putFound = (value: unknown): void => {
        const found = toEntity(value, type);
        put(found === undefined ? null : complete(toLoaded(state, found), path, run));
      };
      load(
        entity,
        noArguments,
        state,
        new ValueFilling(run, path, putFound, () => put(completeWithout(state, path, run))),
      );
    },
    isCoveredBy: (known, variables) =>
      fields.every(({ when, isCoveredBy }) => when?.(variables) === false || isCoveredBy(known, variables)),
  };
}

const noArguments = (): Fields => EMPTY_OBJECT;

/** Makes a call; what it throws before it has begun is its failure, too. */
function load(
  call: BoundCall,
  readArguments: (variables: Variables) => Fields,
  state: ObjectState,
  filling: Filling,
): void {
  const { run } = filling;
  try {
    call.load(readArguments(run.variables), state, run.context, filling);
  } catch (error) {
    filling.settle(undefined, error);
  }
}

type Filled = {
  readonly out: Record<string, unknown>;
  readonly state: ObjectState;
  readonly type: GraphQLObjectType;
  readonly write: (out: Record<string, unknown>, state: ObjectState, path: Path | undefined, run: FetchRun) => void;
};

/** An object that stands in the answer already, and lacks what its entity's call gives. */
class ObjectFilling extends Filling {
  readonly #filled: Filled;

  constructor(run: FetchRun, path: Path | undefined, filled: Filled) {
    super(run, path);
    this.#filled = filled;
  }

  protected take(value: unknown): void {
    const { out, state, type, write } = this.#filled;
    write(out, toLoaded(state, toEntity(value, type)), this.path, this.run);
  }

  protected standIn(): void {
    const { out, state, write } = this.#filled;
    write(out, toLoaded(state, undefined), this.path, this.run);
  }
}

/** A value that is put into its place when it is there. */
class ValueFilling extends Filling {
  readonly #put: (value: unknown) => void;
  readonly #standIn: () => void;

  constructor(run: FetchRun, path: Path | undefined, put: (value: unknown) => void, standIn: () => void) {
    super(run, path);
    this.#put = put;
    this.#standIn = standIn;
  }

  protected take(value: unknown): void {
    this.#put(value);
  }

  protected standIn(): void {
    this.#standIn();
  }
}

/** The entity as its service gives it; undefined if the service does not know it. */
function toEntity(found: unknown, type: GraphQLObjectType): Fields | undefined {
  if (isFields(found)) return found;
  if (found === NOT_FOUND || found === null || found === undefined) return undefined;
  throw unusableAnswer(`${type.name}: an object was expected, not ${Array.isArray(found) ? 'a list' : typeof found}.`);
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
  const isOwnForm = compileIsOwnForm(type.getFields()[name]?.type);
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
      out[responseKey] = isOwnForm(value) ? value : complete(value, isKnown, { key: responseKey, parent: path }, run);
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
  const readArguments = field.args.length === 0 ? noArguments : compileArguments(field, node, wireNames);
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
      load(call, readArguments, state, new ValueFilling(run, path, put, () => {}));
    },
  };
}
