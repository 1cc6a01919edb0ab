import type { GatewayError } from '../errors/gateway-error.ts';
import type { RequiresSelection } from '../model/plan.ts';
import type { CompiledTarget } from './entity-target.ts';
import { isResponseObject, readOwn, type ResponseObject } from './response-object.ts';
import type { Run } from './run.ts';

/** What is asked for one target: each representation once, with every object it stands for. */
export type Gathered = {
  readonly target: CompiledTarget;
  readonly representations: readonly ResponseObject[];
  /** The objects of each representation. */
  readonly objects: readonly (readonly ResponseObject[])[];
  /** Objects that cannot be asked for because an earlier fetch failed. */
  readonly lacking: readonly { readonly object: ResponseObject; readonly error: GatewayError }[];
};

/** Representations are the same if their JSON is. */
export function gatherRepresentations(run: Run, target: CompiledTarget): Gathered {
  const found: ResponseObject[] = [];
  for (const collect of target.collect) collect(run.data, found);
  const representations: ResponseObject[] = [];
  const objects: ResponseObject[][] = [];
  const lacking: { object: ResponseObject; error: GatewayError }[] = [];
  const indices = new Map<string, number>();
  for (const object of found) {
    const representation = target.build(object, run.variables);
    if (representation === 'other-type') continue;
    if (representation === 'lacking') {
      const error = run.faults.size === 0 ? undefined : findFault(run, object, target.node.requires);
      if (error !== undefined) lacking.push({ object, error });
      continue;
    }
    const text = JSON.stringify(representation);
    const index = indices.get(text);
    if (index === undefined) {
      indices.set(text, representations.length);
      representations.push(representation);
      objects.push([object]);
    } else {
      objects[index]?.push(object);
    }
  }
  return { target, representations, objects, lacking };
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
