import type { GatewayError } from '../errors/gateway-error.ts';
import type { RequiresSelection } from '../model/plan.ts';
import { Gathering, type Bearers } from './compile-gather.ts';
import type { CompiledTarget } from './entity-target.ts';
import { isResponseObject, readOwn, type ResponseObject } from './response-object.ts';
import { settleChecks, type Run } from './run.ts';

/** What is asked for one target: each representation once, with every object it stands for. */
export type Gathered = {
  readonly target: CompiledTarget;
  /** The representations as JSON. Two are the same if their texts are. */
  readonly texts: readonly string[];
  /** The objects of each representation. */
  readonly objects: readonly Bearers[];
  /** Objects that cannot be asked for because an earlier fetch failed. */
  readonly lacking: readonly LackingObject[];
};

/**
 * What has been asked for one target. While its answer is waited for, the texts are there only where they are read again:
 * of a long list they are most of what a run holds.
 */
export type Asked = Pick<Gathered, 'target' | 'objects' | 'lacking'> & {
  /** How many entities. */
  readonly count: number;
  readonly texts: readonly string[] | undefined;
};

export function toAsked({ target, texts, objects, lacking }: Gathered): Asked {
  const isReadAgain = target.keepers.length > 0 || typenameOfAll(target) === undefined;
  return { target, objects, lacking, count: texts.length, texts: isReadAgain ? texts : undefined };
}

/** The type of every representation of the target, where it is told of one type only. */
export function typenameOfAll({ requirements }: CompiledTarget): string | undefined {
  return requirements?.length === 1 ? requirements[0]?.typename : undefined;
}

export function bearersOf({ objects }: Pick<Asked, 'objects'>, index: number): readonly ResponseObject[] {
  const found = objects[index] ?? [];
  return Array.isArray(found) ? found : [found];
}

type LackingObject = { readonly object: ResponseObject; readonly error: GatewayError };

export function gatherRepresentations(run: Run, target: CompiledTarget): Gathered {
  const gathering = new Gathering(target.requirements?.length ?? 0);
  const gather = target.gather();
  if (gather === undefined) gatherCarefully(run, target, gathering);
  else gather(run.data, gathering);
  const { texts, objects, lacking } = gathering;
  return { target, texts, objects, lacking: lacking.length === 0 ? [] : explain(run, target, lacking) };
}

function gatherCarefully(run: Run, target: CompiledTarget, gathering: Gathering): void {
  const found: ResponseObject[] = [];
  for (const collect of target.collect) collect(run.data, found);
  for (const object of found) {
    const representation = target.build(object);
    if (representation === 'other-type') continue;
    if (representation === 'lacking') gathering.lacking.push(object);
    else gathering.add(JSON.stringify(representation), object);
  }
}

/** Objects may lack what is required by right: of a null key, for one. Only a fault is told. */
function explain(run: Run, target: CompiledTarget, objects: readonly ResponseObject[]): readonly LackingObject[] {
  settleChecks(run);
  if (run.faults.size === 0) return [];
  return objects.flatMap((object) => {
    const error = findFault(run, object, target.node.requires);
    return error === undefined ? [] : [{ object, error }];
  });
}

/** Why an object, or one below it that is required too, lacks what is required. */
function findFault(run: Run, value: unknown, requires: readonly RequiresSelection[]): GatewayError | undefined {
  if (Array.isArray(value)) return firstOf(value, (item) => findFault(run, item, requires));
  if (!isResponseObject(value)) return undefined;
  return run.faults.get(value) ?? firstOf(requires, (selection) => findFaultBelow(run, value, selection));
}

function findFaultBelow(run: Run, object: ResponseObject, selection: RequiresSelection): GatewayError | undefined {
  switch (selection.kind) {
    case 'field':
      return findFault(run, readOwn(object, selection.responseKey), selection.selections);
    case 'fragment':
      return firstOf(selection.selections, (inner) => findFaultBelow(run, object, inner));
  }
}

function firstOf<T, R>(items: readonly T[], read: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
