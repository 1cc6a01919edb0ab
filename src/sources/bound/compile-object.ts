import type { GraphQLObjectType } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { NOT_FOUND } from './binding-client.ts';
import type { BoundCall } from './bound-calls.ts';
import { compileField, type FieldPlan } from './compile-field.ts';
import type { FetchRun, Path } from './fetch-run.ts';
import type { FetchScope, ObjectPlan, QuickObject } from './fetch-scope.ts';
import { Filling, load, ValueFilling } from './filling.ts';
import { compileQuickObject } from './generate-object.ts';
import { lazily } from './lazily.ts';
import { fromRepresentation, type ObjectState, toLoaded } from './object-state.ts';
import { askAll, type Asking, type Lacking, type Opened } from './opened.ts';
import { createPlainObject, EMPTY_OBJECT } from './plain-object.ts';
import { type Fields, isFields } from './read-field.ts';
import { collectFields, type SelectionPart } from './selections.ts';
import { toServedPolicy } from './served-policy.ts';

/** Compiles what is selected of an object type: fields out of the answer, fields with calls of their own, its entity's call. */
export function compileObject(type: GraphQLObjectType, parts: readonly SelectionPart[], scope: FetchScope): ObjectPlan {
  const fields = collectFields(parts, type, scope).map((field) => compileField(type, field, scope));
  const entity = scope.calls.forEntity(type, (coordinate) => toServedPolicy(coordinate, { type, parts }, scope));
  const quick = lazily(() => compileQuickObject({ type, fields, entity, asking: askEntity, scope }));
  const fill = compileFill(type, quick, write);
  const askEntity = compileAsking(entity, fill);
  const lacks = compileLacks(fields);
  const hasOwnCalls = fields.some(({ kind }) => kind === 'bound');

  function write(out: Record<string, unknown>, state: ObjectState, path: Path | undefined, run: FetchRun): void {
    for (const field of fields)
      if (field.when === undefined || field.when(run.variables)) field.write(out, state, path, run);
  }

  function complete(state: ObjectState, path: Path | undefined, run: FetchRun): Record<string, unknown> {
    const out = createPlainObject();
    if (entity === undefined || !entity.isReady(state) || !lacks(state, run)) {
      write(out, state, path, run);
      return out;
    }
    for (const { when, responseKey } of fields) if (when === undefined || when(run.variables)) out[responseKey] = null; // keeps the order
    askEntity(run)({ out, state, path });
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
        const out = toEntity(value, type) === undefined ? null : createEmpty(quick, run);
        put(out);
        if (out !== null) fill({ out, state, path }, value, run);
      };
      load(
        entity.open(EMPTY_OBJECT, run.context),
        state,
        new ValueFilling(run, path, putFound, () => put(completeWithout(state, path, run))),
      );
    },
    isCoveredBy: (known, variables) =>
      fields.every(({ when, isCoveredBy }) => when?.(variables) === false || isCoveredBy(known, variables)),
    quick,
  };
}

/** Whether the entity's call is needed for what is selected. */
function compileLacks(fields: readonly FieldPlan[]) {
  return (state: ObjectState, { variables }: Pick<FetchRun, 'variables'>): boolean => {
    if (state.isLoaded) return false;
    for (const { when, isReady } of fields)
      if ((when === undefined || when(variables)) && !isReady(state, variables)) return true;
    return false;
  };
}

type Write = (out: Record<string, unknown>, state: ObjectState, path: Path | undefined, run: FetchRun) => void;

/** Writes what the entity's call gave, or did not give, into an object that stands in the answer already. */
type Fill = (lacking: Lacking, answer: unknown, run: FetchRun) => void;

function compileFill(type: GraphQLObjectType, quick: ObjectPlan['quick'], write: Write): Fill {
  return (lacking, answer, run) => {
    const found = toEntity(answer, type);
    if (found !== undefined && run.isRepeated && fillQuickly(quick(), { lacking, found }, run)) return;
    write(lacking.out, toLoaded(lacking.state, found), lacking.path, run);
  };
}

function compileAsking(entity: BoundCall | undefined, fill: Fill): Asking {
  return (run) => {
    const call = entity?.open(EMPTY_OBJECT, run.context);
    return (lacking) => {
      if (call !== undefined) load(call, lacking.state, new ObjectFilling(run, lacking, fill));
    };
  };
}

function createEmpty(quick: ObjectPlan['quick'], run: FetchRun): Record<string, unknown> {
  return (run.isRepeated ? quick()?.create(run) : undefined) ?? createPlainObject();
}

/** An object that stands in the answer already, and lacks what its entity's call gives. */
class ObjectFilling extends Filling {
  readonly #lacking: Lacking;
  readonly #fill: Fill;

  constructor(run: FetchRun, lacking: Lacking, fill: Fill) {
    super(run, lacking.path);
    this.#lacking = lacking;
    this.#fill = fill;
  }

  protected take(value: unknown): void {
    this.#fill(this.#lacking, value, this.run);
  }

  protected standIn(): void {
    this.#fill(this.#lacking, undefined, this.run);
  }
}

const NOTHING_OPENED: Opened[] = [];

/** false where it gives up, and has written nothing: also where a leaf does not fit. */
function fillQuickly(
  quick: QuickObject | undefined,
  { lacking, found }: { readonly lacking: Lacking; readonly found: Fields },
  run: FetchRun,
): boolean {
  if (quick === undefined) return false;
  const opened: Opened[] = quick.opens ? [] : NOTHING_OPENED;
  try {
    if (quick.fill(lacking, found, opened, run) !== true) return false;
  } catch {
    return false;
  }
  askAll(opened, run);
  return true;
}

/** The entity as its service gives it; undefined if the service does not know it. */
function toEntity(found: unknown, type: GraphQLObjectType): Fields | undefined {
  if (isFields(found)) return found;
  if (found === NOT_FOUND || found === null || found === undefined) return undefined;
  throw unusableAnswer(`${type.name}: an object was expected, not ${Array.isArray(found) ? 'a list' : typeof found}.`);
}
