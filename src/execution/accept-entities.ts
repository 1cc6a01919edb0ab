import type { GatewayError } from '../errors/gateway-error.ts';
import type { FetchAnswer } from '../model/source.ts';
import { checkAnswer, type OnFault } from './check-answer.ts';
import { createReadPosition, fixedStart, type CompiledTarget } from './entity-target.ts';
import { bearersOf, typenameOfAll, type Asked } from './gather-representations.ts';
import { copyObject } from './merge.ts';
import { Failures } from './failures.ts';
import { createErrorOf, reportFailures } from './report-failures.ts';
import { isResponseObject, readOwn, typenameOf, type ResponseObject } from './response-object.ts';
import { toClientPath } from './response-keys.ts';
import { assignEntities, readQuickEntities, type Misfit, type QuickEntities } from './quick-entities.ts';
import { settleChecks, type PlanCompilation, type Run } from './run.ts';

/** Takes an answer of entities into a run: each at every place that its representation stands for. */
export type AcceptEntities = (run: Run, all: readonly Asked[], answer: FetchAnswer) => void;

export function compileAcceptEntities(service: string, compilation: PlanCompilation): AcceptEntities {
  const accept = compileAcceptCarefully(service, compilation);
  return (run, all, answer) => {
    const { data, errors } = answer;
    const isPlain = errors === undefined || errors.length === 0;
    const quick = isPlain && isResponseObject(data) ? readQuickEntities(all, data) : undefined;
    if (quick === undefined) accept(run, all, answer);
    else takeQuick(run, quick, { service, compilation });
    if (isPlain && isResponseObject(data)) for (const asked of all) keepEntities(run, asked, data);
  };
}

type QuickTaker = { readonly service: string; readonly compilation: PlanCompilation };

function takeQuick(run: Run, quick: readonly QuickEntities[], taker: QuickTaker): void {
  const misfits = quick.flatMap((entities) => assignEntities(entities, taker.compilation));
  run.unchecked.push(() => checkEntities(run, quick, taker));
  if (misfits.length > 0) failMisfits(run, misfits, taker);
}

function keepEntities(run: Run, { target, count, texts = [] }: Asked, data: Readonly<ResponseObject>): void {
  const entities = target.keepers.length === 0 ? undefined : readOwn(data, target.node.responseKey);
  if (!Array.isArray(entities) || entities.length !== count) return;
  for (const [index, entity] of entities.entries()) {
    if (isResponseObject(entity)) for (const keep of target.keepers) keep(run.entities, entity, texts[index]);
  }
}

function compileAcceptCarefully(service: string, compilation: PlanCompilation): AcceptEntities {
  return (run, all, { data, errors = [] }) => {
    settleChecks(run);
    const taker = startTaker(service, compilation);
    for (const asked of all) {
      const taking = startTaking(run, asked, taker);
      for (const { object, error } of asked.lacking) failObject(taking, object, error);
      if (asked.count > 0) {
        const said = errors.filter((error) => concerns(error, asked.target, all));
        takeErrors(taking, said);
        takeEntities(taking, isResponseObject(data) ? readOwn(data, asked.target.node.responseKey) : data, said);
      }
    }
    run.errors.push(...reportFailures(service, taker.failures.list()));
  };
}

/** Takes one answer, of one or more targets. */
type Taker = {
  readonly compilation: PlanCompilation;
  readonly failures: Failures;
  readonly errorOf: (message: string) => GatewayError;
};

function startTaker(service: string, compilation: PlanCompilation): Taker {
  return { compilation, failures: new Failures(), errorOf: createErrorOf(service) };
}

function startTaking(run: Run, asked: Asked, taker: Taker): Taking {
  const readPosition = createReadPosition(run, asked.target);
  return { ...taker, run, asked, failed: new Set(), readPosition, start: undefined };
}

type Path = readonly (string | number)[];

type Taking = Taker & {
  readonly run: Run;
  readonly asked: Asked;
  /** Objects that have an error of their own. */
  readonly failed: Set<ResponseObject>;
  readonly readPosition: (object: ResponseObject) => Path;
  /** The client's path that all objects of the target have in common, when there is something to be seen below. */
  start: Path | undefined;
};

/** Adds the paths, which are worked out only while failures are told one by one, or where the objects stand apart. */
function addFailures(taking: Taking, error: GatewayError, readPaths: () => readonly Path[]): void {
  const { failures, asked } = taking;
  if (failures.isFull && taking.start !== undefined) return failures.add(taking.start, error);
  const paths = readPaths();
  for (const path of paths) failures.add(path, error);
  // With one path, what can be seen of one object can be seen of all.
  if (paths.length > 0 && asked.target.node.paths.length === 1) taking.start = startOf(taking);
}

/** An error that names no target concerns all of them. */
function concerns(error: GatewayError, target: CompiledTarget, all: readonly Asked[]): boolean {
  const head = error.path?.[0];
  return head === target.node.responseKey || !all.some((other) => other.target.node.responseKey === head);
}

/** An object gets nothing of this fetch: an error at each field it lacks, and a fault for what needs those. */
function failObject(taking: Taking, object: ResponseObject, error: GatewayError): void {
  const { run, asked, failed } = taking;
  if (failed.has(object)) return;
  failed.add(object);
  if (!run.faults.has(object)) run.faults.set(object, error);
  addFailures(taking, error, () => asked.target.readPlaces(run, object, taking.readPosition(object)));
}

function failBelow(
  taking: Taking,
  object: ResponseObject,
  below: readonly (string | number)[],
  error: GatewayError,
): void {
  const { run, asked } = taking;
  if (!run.faults.has(object)) run.faults.set(object, error);
  addFailures(taking, error, () => [asked.target.readPlaceBelow(taking.readPosition(object), below)]);
}

function takeErrors(taking: Taking, errors: readonly GatewayError[]): void {
  for (const error of errors) {
    const [head, index, ...below] = error.path ?? [];
    const objects = head !== undefined && typeof index === 'number' ? bearersOf(taking.asked, index) : [];
    for (const object of objects) {
      if (below.length === 0) failObject(taking, object, error);
      else failBelow(taking, object, below, error);
    }
  }
}

const isPlaced = ({ path }: GatewayError, { objects }: Asked) =>
  typeof path?.[1] === 'number' && objects[path[1]] !== undefined;

function takeEntities(taking: Taking, entities: unknown, errors: readonly GatewayError[]): void {
  const { asked, errorOf } = taking;
  const unplaced = errors.find((error) => !isPlaced(error, asked));
  if (!Array.isArray(entities)) {
    const why = entities === null || entities === undefined ? (unplaced ?? errors[0]) : undefined;
    return failAll(taking, why ?? errorOf('answered no list of entities'));
  }
  if (entities.length !== asked.count) {
    return failAll(taking, errorOf('answered another number of entities than it was asked for'));
  }
  const before = taking.failures.count;
  for (const [index, entity] of entities.entries()) takeEntity(taking, index, entity, unplaced);
  // An error that names no place must be seen even if nothing seems to be lacking.
  if (unplaced !== undefined && taking.failures.count === before) taking.failures.add(startOf(taking), unplaced);
}

function startOf({ asked, compilation }: Taking): readonly (string | number)[] {
  return toClientPath(compilation.places, fixedStart(asked.target.node.paths[0] ?? []));
}

function failAll(taking: Taking, error: GatewayError): void {
  for (const object of taking.asked.objects.flat()) failObject(taking, object, error);
}

function takeEntity(taking: Taking, index: number, entity: unknown, unplaced: GatewayError | undefined): void {
  const objects = bearersOf(taking.asked, index);
  if (entity === null) {
    if (unplaced !== undefined) for (const object of objects) failObject(taking, object, unplaced);
    return;
  }
  const wanted = readWanted(taking.asked, index);
  const fault = checkEntity(taking, wanted, entity);
  if (fault !== undefined) {
    for (const object of objects) failObject(taking, object, fault);
  } else if (isResponseObject(entity)) {
    mergeEntity(taking, { index, wanted }, entity);
  }
}

/** An entity must be an object, of the type that was asked for. */
function checkEntity(
  { errorOf, compilation }: Taking,
  wanted: string | undefined,
  entity: unknown,
): GatewayError | undefined {
  if (!isResponseObject(entity)) return errorOf('answered something that is no entity');
  const said = typenameOf(entity);
  if (said === undefined || wanted === undefined || compilation.relations.isA(said, wanted)) return undefined;
  return errorOf('answered an entity of another type than it was asked for');
}

/** Almost all representations begin with their type. */
const TYPENAME_FIRST = /^\{"__typename":"([^"\\]+)"/;

function readWanted({ target, texts }: Asked, index: number): string | undefined {
  const text = texts?.[index];
  if (text === undefined) return typenameOfAll(target);
  const first = TYPENAME_FIRST.exec(text)?.[1];
  if (first !== undefined) return first;
  const representation: unknown = JSON.parse(text);
  return isResponseObject(representation) ? typenameOf(representation) : undefined;
}

type Wanted = { readonly index: number; readonly wanted: string | undefined };

function mergeEntity(taking: Taking, wanted: Wanted, entity: ResponseObject): void {
  const { asked, compilation, errorOf } = taking;
  const { rewrite, keys } = asked.target;
  failLeftOut(taking, wanted, entity);
  rewrite?.(entity);
  for (const [place, object] of bearersOf(asked, wanted.index).entries()) {
    const fits = compilation.merge(object, place === 0 ? entity : copyObject(entity), keys);
    if (!fits) failObject(taking, object, errorOf(CONTRADICTS));
  }
}

/** An error at each field of an entity that its service left out. */
function failLeftOut(taking: Taking, { index, wanted }: Wanted, entity: ResponseObject): void {
  const { asked, compilation, run, errorOf } = taking;
  const onFault: OnFault = (path, message) => {
    for (const object of bearersOf(asked, index)) {
      if (!taking.failed.has(object)) failBelow(taking, object, path, errorOf(message));
    }
  };
  const check = { relations: compilation.relations, variables: run.variables, onFault };
  checkAnswer(entity, asked.target.selection, wanted, check);
}

const CONTRADICTS = 'contradicts what other services say of an entity';

function checkEntities(run: Run, quick: readonly QuickEntities[], { service, compilation }: QuickTaker): void {
  const taker = startTaker(service, compilation);
  for (const { asked, entities } of quick) {
    const taking = startTaking(run, asked, taker);
    for (const [index, entity] of entities.entries())
      if (entity !== null) failLeftOut(taking, { index, wanted: readWanted(asked, index) }, entity);
  }
  run.errors.push(...reportFailures(service, taker.failures.list()));
}

function failMisfits(run: Run, misfits: readonly Misfit[], { service, compilation }: QuickTaker): void {
  const taker = startTaker(service, compilation);
  const takings = new Map<Asked, Taking>();
  for (const { asked, object } of misfits) {
    const taking = takings.get(asked) ?? startTaking(run, asked, taker);
    takings.set(asked, taking);
    failObject(taking, object, taker.errorOf(CONTRADICTS));
  }
  run.errors.push(...reportFailures(service, taker.failures.list()));
}
