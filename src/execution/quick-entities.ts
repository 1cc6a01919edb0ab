import type { Assign } from './compile-assign.ts';
import type { Asked } from './gather-representations.ts';
import { copyObject } from './merge.ts';
import { isResponseObject, readOwn, typenameOf, type ResponseObject } from './response-object.ts';
import type { PlanCompilation } from './run.ts';

/** One target's entities, each of which is what was asked for or null. */
export type QuickEntities = {
  readonly asked: Asked;
  readonly entities: readonly (ResponseObject | null)[];
  readonly assign: Assign;
};

/** An object that contradicts what came for it. */
export type Misfit = { readonly asked: Asked; readonly object: ResponseObject };

/**
 * The entities of an answer without errors, if all of them can be merged as they are: nothing is corrected, of another
 * type or number, or lacking already. undefined otherwise, and always when an operation runs for the first time.
 */
export function readQuickEntities(
  all: readonly Asked[],
  data: Readonly<ResponseObject>,
): readonly QuickEntities[] | undefined {
  const quick: QuickEntities[] = [];
  for (const asked of all) {
    const assign = asked.target.assign();
    if (assign === undefined || asked.lacking.length > 0) return undefined;
    const entities = asked.count === 0 ? [] : readOwn(data, asked.target.node.responseKey);
    if (!Array.isArray(entities) || entities.length !== asked.count) return undefined;
    for (let index = 0; index < entities.length; index++) {
      if (!isAsAsked(entities[index], asked, index)) return undefined;
    }
    quick.push({ asked, entities, assign });
  }
  return quick;
}

function isAsAsked(entity: unknown, asked: Asked, index: number): boolean {
  if (entity === null) return true;
  if (!isResponseObject(entity)) return false;
  const said = typenameOf(entity);
  if (said === undefined) return true;
  const bearers = asked.objects[index];
  if (!Array.isArray(bearers)) return bearers !== undefined && typenameOf(bearers) === said;
  for (const object of bearers) if (typenameOf(object) !== said) return false;
  return true;
}

export function assignEntities({ asked, entities, assign }: QuickEntities, compilation: PlanCompilation): Misfit[] {
  const misfits: Misfit[] = [];
  for (let index = 0; index < entities.length; index++) {
    const entity = entities[index];
    if (entity === null || entity === undefined) continue;
    const bearers = asked.objects[index];
    if (!Array.isArray(bearers)) {
      if (bearers !== undefined && !take(bearers, entity, false)) misfits.push({ asked, object: bearers });
      continue;
    }
    for (const object of bearers) {
      if (!take(object, entity, object !== bearers[0])) misfits.push({ asked, object });
    }
  }
  return misfits;

  function take(object: ResponseObject, entity: ResponseObject, isCopied: boolean): boolean {
    if (assign(object, entity, isCopied)) return true;
    return compilation.merge(object, isCopied ? copyObject(entity) : entity, asked.target.keys);
  }
}
