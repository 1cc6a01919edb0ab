import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isCompositeType,
  isListType,
  isNonNullType,
} from 'graphql';
import { unusableAnswer } from '../unusable-answer.ts';
import { NOT_FOUND } from './binding-client.ts';
import type { BoundCall } from './bound-calls.ts';
import { compileAnswer, type PutAnswer } from './compile-answer.ts';
import { compileValue, readType } from './compile-value.ts';
import { compileArguments } from './field-arguments.ts';
import type { FetchRun, Path, Variables } from './fetch-run.ts';
import type { FetchScope } from './fetch-scope.ts';
import { load, ValueFilling } from './filling.ts';
import { type ObjectState, readAnswer, readKnown } from './object-state.ts';
import { compileIsOwnForm } from './own-form.ts';
import { EMPTY_OBJECT } from './plain-object.ts';
import { compileRead, type Fields, isFields } from './read-field.ts';
import type { CollectedField } from './selections.ts';
import { toServedPolicy } from './served-policy.ts';

/** Writes one response key of an object. */
export type FieldPlan = CollectedField & FieldBehaviour;

type FieldBehaviour = {
  /** Whether what it needs of its object is known. */
  readonly isReady: (state: ObjectState, variables: Variables) => boolean;
  readonly isCoveredBy: (known: Fields, variables: Variables) => boolean;
  readonly write: (out: Record<string, unknown>, state: ObjectState, path: Path | undefined, run: FetchRun) => void;
} & (
  | { readonly kind: 'typename' | 'bound' }
  | {
      readonly kind: 'plain';
      readonly type: GraphQLOutputType;
      readonly isLeaf: boolean;
      readonly hasArguments: boolean;
    }
);

export function compileField(type: GraphQLObjectType, collected: CollectedField, scope: FetchScope): FieldPlan {
  const { responseKey, node, parts } = collected;
  const name = node.name.value;
  const field = type.getFields()[name];
  if (name === '__typename' || field === undefined) {
    return {
      ...collected,
      kind: 'typename',
      isReady: () => true,
      isCoveredBy: () => true,
      write: (out) => void (out[responseKey] = type.name),
    };
  }
  const named = getNamedType(field.type);
  const served = isCompositeType(named) ? { type: named, parts } : undefined;
  const call = scope.calls.forField(type, field, (coordinate) => toServedPolicy(coordinate, served, scope));
  const behaviour =
    call === undefined
      ? compilePlain(type, field, collected, scope)
      : compileBound(field, collected, {
          call,
          put: compileAnswer(field.type, parts, `${type.name}.${name}`, scope),
          scope,
        });
  return { ...collected, ...behaviour };
}

function compilePlain(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  { responseKey, parts }: CollectedField,
  scope: FetchScope,
): FieldBehaviour {
  const { name } = field;
  const coordinate = `${type.name}.${name}`;
  const complete = compileValue(field.type, parts, coordinate, scope);
  const read = compileRead(scope.subgraph, coordinate);
  const isWhole = compileCoverage(field, parts, scope);
  const isOwnForm = compileIsOwnForm(field.type);
  const hasArguments = field.args.length > 0;
  const isCoveredBy = (known: Fields, variables: Variables): boolean =>
    !hasArguments && Object.hasOwn(known, name) && known[name] !== undefined && isWhole(known[name], variables);
  return {
    kind: 'plain',
    type: field.type,
    isLeaf: !isCompositeType(getNamedType(field.type)),
    hasArguments,
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
  field: GraphQLField<unknown, unknown>,
  parts: CollectedField['parts'],
  scope: FetchScope,
): (value: unknown, variables: Variables) => boolean {
  const inner = getNamedType(field.type);
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

function compileBound(
  field: GraphQLField<unknown, unknown>,
  { responseKey, node }: CollectedField,
  { call, put, scope }: { readonly call: BoundCall; readonly put: PutAnswer; readonly scope: FetchScope },
): FieldBehaviour {
  const readArguments =
    field.args.length === 0 ? () => EMPTY_OBJECT : compileArguments(field, node, scope.subgraph.wireNames);
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
      const take = (value: unknown): void =>
        put(toAnswer(value), path, run, (completed) => void (out[responseKey] = completed));
      const filling = new ValueFilling(run, path, take, () => {});
      load((...one) => call.open(readArguments(run.variables), run.context)(...one), state, filling);
    },
  };
}
