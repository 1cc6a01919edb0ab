import type { Assign } from './compile-assign.ts';
import type { Gathered } from './gather-representations.ts';
import { copyObject } from './merge.ts';
import { isResponseObject, readOwn, typenameOf, type ResponseObject } from './response-object.ts';
import type { PlanCompilation } from './run.ts';

/** One target's entities, each of which is what was asked for or null. */
export type QuickEntities = {
  readonly asked: Gathered;
  readonly entities: readonly (ResponseObject | null)[];
  readonly assign: Assign;
};

/** An object that contradicts what came for it. */
export type Misfit = { readonly asked: Gathered; readonly object: ResponseObject };

/**
 * The entities of an answer without errors, if all of them can be merged as they are: nothing is corrected, of another
 * type or number, or lacking already. undefined otherwise, and always when an operation runs for the first time.
 */
export function readQuickEntities(
  gathered: readonly Gathered[],
  data: Readonly<ResponseObject>,
): readonly QuickEntities[] | undefined {
  const quick: QuickEntities[] = [];
  for (const asked of gathered) {
    const assign = asked.target.assign();
    if (assign === undefined || asked.lacking.length > 0) return undefined;
    const entities = asked.texts.length === 0 ? [] : readOwn(data, asked.target.node.responseKey);
    if (!Array.isArray(entities) || entities.length !== asked.texts.length) return undefined;
    for (let index = 0; index < entities.length; index++) {
      if (!isAsAsked(entities[index], asked.objects[index])) return undefined;
    }
    quick.push({ asked, entities, assign });
  }
  return quick;
}

function isAsAsked(entity: unknown, objects: readonly ResponseObject[] | undefined): boolean {
  if (entity === null) return true;
  if (!isResponseObject(entity)) return false;
  const said = typenameOf(entity);
  if (said === undefined) return true;
  for (const object of objects ?? []) if (typenameOf(object) !== said) return false;
  return true;
}

export function assignEntities({ asked, entities, assign }: QuickEntities, compilation: PlanCompilation): Misfit[] {
  const misfits: Misfit[] = [];
  for (let index = 0; index < entities.length; index++) {
    const entity = entities[index];
    const objects = asked.objects[index];
    if (entity === null || entity === undefined || objects === undefined) continue;
    for (let place = 0; place < objects.length; place++) {
      const object = objects[place];
      if (object === undefined || assign(object, entity, place > 0)) continue;
      const source = place === 0 ? entity : copyObject(entity);
      if (!compilation.merge(object, source, asked.target.keys)) misfits.push({ asked, object });
    }
  }
  return misfits;
}
