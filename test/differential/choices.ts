import { hash } from './hash.ts';

/**
 * Every random decision of a case, by its name: the same seed and name give the same answer, whatever else was asked.
 * A name that is left out gets the simplest answer (0, false, the first), so that a case can be made smaller.
 */
export type Choices = {
  /** A number from 0, below `end`. */
  readonly nat: (end: number, ...name: readonly unknown[]) => number;
  readonly chance: (percent: number, ...name: readonly unknown[]) => boolean;
  readonly pick: <T>(from: readonly T[], ...name: readonly unknown[]) => T;
  /** Each item with this chance; the first if none is taken. */
  readonly some: <T>(from: readonly T[], percent: number, ...name: readonly unknown[]) => T[];
  /** The names whose answer was not the simplest. */
  readonly taken: ReadonlySet<string>;
};

export function createChoices(seed: number, leftOut: ReadonlySet<string> = new Set()): Choices {
  const taken = new Set<string>();
  function nat(end: number, ...name: readonly unknown[]): number {
    const key = JSON.stringify(name);
    if (leftOut.has(key)) return 0;
    const answer = hash(`${seed} ${key}`) % end;
    if (answer !== 0) taken.add(key);
    return answer;
  }
  const chance = (percent: number, ...name: readonly unknown[]) => nat(100, ...name) >= 100 - percent;
  function pick<T>(from: readonly T[], ...name: readonly unknown[]): T {
    if (from.length === 0) throw new Error(`nothing to pick from: ${JSON.stringify(name)}`);
    return from[nat(from.length, ...name)] as T;
  }
  const some = <T>(from: readonly T[], percent: number, ...name: readonly unknown[]) => {
    const items = from.filter((_, index) => chance(percent, ...name, index));
    return items.length === 0 ? from.slice(0, 1) : items;
  };
  return { nat, chance, pick, some, taken };
}
