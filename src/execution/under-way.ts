import type { EntityTarget } from '../model/plan.ts';
import type { EntitySource } from './entity-store.ts';
import type { Gathered } from './gather-representations.ts';

/** Questions of one run that have been sent and not answered, by the target they are asked for. */
export type UnderWay = Map<EntityTarget, Question>;

type Question = { readonly texts: readonly string[]; readonly answered: Promise<void> };

/** Remembers what is asked for those of the targets whose answers others may use, until the answer has come. */
export function noteUnderWay(
  underWay: UnderWay,
  gathered: readonly Gathered[],
  answered: Promise<void>,
): Promise<void> {
  const targets = gathered.filter(({ target, texts }) => target.keepers.length > 0 && texts.length > 0);
  if (targets.length === 0) return answered;
  for (const { target, texts } of targets) underWay.set(target.node, { texts, answered });
  return answered.finally(() => {
    for (const { target } of targets) underWay.delete(target.node);
  });
}

/**
 * The answer that is worth waiting for, if one of these entities has been asked for already: by then all of it is known,
 * and asking again could at best be as quick.
 */
export function findUnderWay(
  underWay: UnderWay,
  gathered: readonly Gathered[],
  sources: readonly (readonly EntitySource[])[],
): Promise<void> | undefined {
  if (underWay.size === 0) return undefined;
  for (const [index, { texts }] of gathered.entries()) {
    for (const { target } of sources[index] ?? []) {
      const question = target === undefined ? undefined : underWay.get(target);
      if (question === undefined) continue;
      const asked = new Set(question.texts);
      if (texts.some((text) => asked.has(text))) return question.answered;
    }
  }
  return undefined;
}
