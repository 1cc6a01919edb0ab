import { toPascalCase } from './words.ts';

/** Gives each type a name of its own. */
export type TypeNames = {
  /** The first of these that is free, else the last one with a number. */
  readonly claim: (...candidates: readonly string[]) => string;
  readonly isTaken: (name: string) => boolean;
};

const reserved: readonly string[] =
  'Query Mutation Subscription String Int Float Boolean ID JSON BigInt DateTime Date Time UUID FieldSet _Any _Entity _Service'.split(
    ' ',
  );

export function createTypeNames(): TypeNames {
  const taken = new Set(reserved);
  const take = (name: string): string => {
    taken.add(name);
    return name;
  };
  return {
    isTaken: (name) => taken.has(name),
    claim: (...candidates) => {
      const free = candidates.find((name) => !taken.has(name));
      if (free !== undefined) return take(free);
      const last = candidates.at(-1) ?? 'Unnamed';
      const base = reserved.includes(last) ? `${last}Object` : last;
      if (!taken.has(base)) return take(base);
      for (let number = 2; ; number++) if (!taken.has(base + number)) return take(base + number);
    },
  };
}

/**
 * Components' names as types' names: `io.k8s.api.core.v1.Pod` is Pod, and where another package has a Pod too, as many
 * words before it as tell them apart (V1Pod, V1beta1Pod).
 */
export function componentTypeNames(names: Iterable<string>): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  let open = [...new Set(names)];
  for (let count = 1; open.length > 0; count++) {
    const groups = Map.groupBy(open, (name) => toPascalCase(name.split('.').slice(-count).join('_')));
    open = [];
    for (const [short, group] of groups) {
      const isWhole = group.every((name) => name.split('.').length <= count);
      if (group.length === 1 || isWhole) for (const name of group) result.set(name, short);
      else open.push(...group);
    }
  }
  return result;
}
