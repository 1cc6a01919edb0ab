import type { GatewayError } from '../errors/gateway-error.ts';
import type { FetchAnswer } from '../model/source.ts';
import { checkAnswer } from './check-answer.ts';
import { createReadPosition, fixedStart, type CompiledTarget } from './entity-target.ts';
import type { Gathered } from './gather-representations.ts';
import { copyObject } from './merge.ts';
import { badResponse, reportFailures, type Failure } from './report-failures.ts';
import { isResponseObject, readOwn, typenameOf, type ResponseObject } from './response-object.ts';
import { toClientPath } from './response-keys.ts';
import { assignEntities, readQuickEntities, type Misfit, type QuickEntities } from './quick-entities.ts';
import { settleChecks, type PlanCompilation, type Run } from './run.ts';

/** Takes an answer of entities into a run: each at every place that its representation stands for. */
export type AcceptEntities = (run: Run, gathered: readonly Gathered[], answer: FetchAnswer) => void;

export function compileAcceptEntities(service: string, compilation: PlanCompilation): AcceptEntities {
  const accept = compileAcceptCarefully(service, compilation);
  return (run, gathered, answer) => {
    const { data, errors } = answer;
    const isPlain = errors === undefined || errors.length === 0;
    const quick = isPlain && isResponseObject(data) ? readQuickEntities(gathered, data) : undefined;
    if (quick === undefined) accept(run, gathered, answer);
    else takeQuick(run, quick, { service, compilation });
    if (isPlain && isResponseObject(data)) for (const asked of gathered) keepEntities(run, asked, data);
  };
}

function takeQuick(run: Run, quick: readonly QuickEntities[], taker: Taker): void {
  const misfits = quick.flatMap((entities) => assignEntities(entities, taker.compilation));
  run.unchecked.push(() => checkEntities(run, quick, taker));
  if (misfits.length > 0) failMisfits(run, misfits, taker);
}

function keepEntities(run: Run, { target, texts }: Gathered, data: Readonly<ResponseObject>): void {
  const entities = target.keepers.length === 0 ? undefined : readOwn(data, target.node.responseKey);
  if (!Array.isArray(entities) || entities.length !== texts.length) return;
  for (const [index, entity] of entities.entries()) {
    if (isResponseObject(entity)) for (const keep of target.keepers) keep(run.entities, entity, texts[index]);
  }
}

function compileAcceptCarefully(service: string, compilation: PlanCompilation): AcceptEntities {
  return (run, gathered, { data, errors = [] }) => {
    settleChecks(run);
    const failures = gathered.flatMap((asked) => {
      const taking = startTaking(run, asked, { service, compilation });
      for (const { object, error } of asked.lacking) failObject(taking, object, error);
      if (asked.texts.length > 0) {
        const said = errors.filter((error) => concerns(error, asked.target, gathered));
        takeErrors(taking, said);
        takeEntities(taking, isResponseObject(data) ? readOwn(data, asked.target.node.responseKey) : data, said);
      }
      return taking.failures;
    });
    run.errors.push(...reportFailures(service, failures));
  };
}

type Taker = { readonly service: string; readonly compilation: PlanCompilation };

function startTaking(run: Run, asked: Gathered, { service, compilation }: Taker): Taking {
  const readPosition = createReadPosition(run, asked.target);
  return { service, compilation, run, asked, failures: [], failed: new Set(), readPosition };
}

type Taking = {
  readonly service: string;
  readonly compilation: PlanCompilation;
  readonly run: Run;
  readonly asked: Gathered;
  readonly failures: Failure[];
  /** Objects that have an error of their own. */
  readonly failed: Set<ResponseObject>;
  readonly readPosition: (object: ResponseObject) => readonly (string | number)[];
};

/** An error that names no target concerns all of them. */
function concerns(error: GatewayError, target: CompiledTarget, gathered: readonly Gathered[]): boolean {
  const head = error.path?.[0];
  return head === target.node.responseKey || !gathered.some((other) => other.target.node.responseKey === head);
}

/** An object gets nothing of this fetch: an error at each field it lacks, and a fault for what needs those. */
function failObject(taking: Taking, object: ResponseObject, error: GatewayError): void {
  const { run, asked, failures, failed } = taking;
  if (failed.has(object)) return;
  failed.add(object);
  if (!run.faults.has(object)) run.faults.set(object, error);
  for (const path of asked.target.readPlaces(run, object, taking.readPosition(object))) failures.push({ path, error });
}

function failBelow(
  taking: Taking,
  object: ResponseObject,
  below: readonly (string | number)[],
  error: GatewayError,
): void {
  const { run, asked, failures } = taking;
  if (!run.faults.has(object)) run.faults.set(object, error);
  failures.push({ path: asked.target.readPlaceBelow(taking.readPosition(object), below), error });
}

function takeErrors(taking: Taking, errors: readonly GatewayError[]): void {
  for (const error of errors) {
    const [head, index, ...below] = error.path ?? [];
    const objects = head !== undefined && typeof index === 'number' ? taking.asked.objects[index] : undefined;
    for (const object of objects ?? []) {
      if (below.length === 0) failObject(taking, object, error);
      else failBelow(taking, object, below, error);
    }
  }
}

const isPlaced = ({ path }: GatewayError, { objects }: Gathered) =>
  typeof path?.[1] === 'number' && objects[path[1]] !== undefined;

function takeEntities(taking: Taking, entities: unknown, errors: readonly GatewayError[]): void {
  const { asked, service } = taking;
  const unplaced = errors.find((error) => !isPlaced(error, asked));
  if (!Array.isArray(entities)) {
    const why = entities === null || entities === undefined ? (unplaced ?? errors[0]) : undefined;
    return failAll(taking, why ?? badResponse(service, 'answered no list of entities'));
  }
  if (entities.length !== asked.texts.length) {
    return failAll(taking, badResponse(service, 'answered another number of entities than it was asked for'));
  }
  const before = taking.failures.length;
  for (const [index, entity] of entities.entries()) takeEntity(taking, index, entity, unplaced);
  // An error that names no place must be seen even if nothing seems to be lacking.
  if (unplaced !== undefined && taking.failures.length === before)
    taking.failures.push({ path: startOf(taking), error: unplaced });
}

function startOf({ asked, compilation }: Taking): readonly (string | number)[] {
  return toClientPath(compilation.places, fixedStart(asked.target.node.paths[0] ?? []));
}

function failAll(taking: Taking, error: GatewayError): void {
  for (const object of taking.asked.objects.flat()) failObject(taking, object, error);
}

function takeEntity(taking: Taking, index: number, entity: unknown, unplaced: GatewayError | undefined): void {
  const objects = taking.asked.objects[index] ?? [];
  if (entity === null) {
    if (unplaced !== undefined) for (const object of objects) failObject(taking, object, unplaced);
    return;
  }
  const fault = checkEntity(taking, index, entity);
  if (fault !== undefined) {
    for (const object of objects) failObject(taking, object, fault);
  } else if (isResponseObject(entity)) {
    mergeEntity(taking, index, entity);
  }
}

/** An entity must be an object, of the type that was asked for. */
function checkEntity(
  { service, asked, compilation }: Taking,
  index: number,
  entity: unknown,
): GatewayError | undefined {
  if (!isResponseObject(entity)) return badResponse(service, 'answered something that is no entity');
  const said = typenameOf(entity);
  const wanted = readWanted(asked, index);
  if (said === undefined || wanted === undefined || compilation.relations.isA(said, wanted)) return undefined;
  return badResponse(service, 'answered an entity of another type than it was asked for');
}

function readWanted({ texts }: Gathered, index: number): string | undefined {
  const representation: unknown = JSON.parse(texts[index] ?? 'null');
  return isResponseObject(representation) ? typenameOf(representation) : undefined;
}

function mergeEntity(taking: Taking, index: number, entity: ResponseObject): void {
  const { asked, compilation, service } = taking;
  const { rewrite, keys } = asked.target;
  failLeftOut(taking, index, entity);
  rewrite?.(entity);
  for (const [place, object] of (asked.objects[index] ?? []).entries()) {
    const fits = compilation.merge(object, place === 0 ? entity : copyObject(entity), keys);
    if (!fits) failObject(taking, object, badResponse(service, CONTRADICTS));
  }
}

/** An error at each field of an entity that its service left out. */
function failLeftOut(taking: Taking, index: number, entity: ResponseObject): void {
  const { asked, compilation, run, service } = taking;
  const check = { relations: compilation.relations, variables: run.variables };
  const faults = checkAnswer(entity, asked.target.selection, readWanted(asked, index), check);
  for (const { path, message } of faults) {
    for (const object of asked.objects[index] ?? []) {
      if (!taking.failed.has(object)) failBelow(taking, object, path, badResponse(service, message));
    }
  }
}

const CONTRADICTS = 'contradicts what other services say of an entity';

function checkEntities(run: Run, quick: readonly QuickEntities[], taker: Taker): void {
  const failures = quick.flatMap(({ asked, entities }) => {
    const taking = startTaking(run, asked, taker);
    for (const [index, entity] of entities.entries()) if (entity !== null) failLeftOut(taking, index, entity);
    return taking.failures;
  });
  run.errors.push(...reportFailures(taker.service, failures));
}

function failMisfits(run: Run, misfits: readonly Misfit[], taker: Taker): void {
  const failures = misfits.flatMap(({ asked, object }) => {
    const taking = startTaking(run, asked, taker);
    failObject(taking, object, badResponse(taker.service, CONTRADICTS));
    return taking.failures;
  });
  run.errors.push(...reportFailures(taker.service, failures));
}
