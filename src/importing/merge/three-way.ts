/** Merges one part of something: what only one side has changed is taken; what both have is mine, and a conflict. */
export type MergePart = <Part>(base: Part, mine: Part, next: Part, textOf: (part: Part) => string) => Part;

/** `onConflict` is told of each part that both sides have changed, each to something else. */
export function threeWay(onConflict: () => void): MergePart {
  return (base, mine, next, textOf) => {
    const [before, own, theirs] = [base, mine, next].map(textOf);
    if (own === theirs || before === theirs) return mine;
    if (own === before) return next;
    onConflict();
    return mine;
  };
}

/**
 * Merges lists of named things: what one side has added is there, what one side has taken away is not, unless the other
 * has changed it. Mine keep their order.
 */
export function mergeNamed<Item>(
  base: readonly Item[],
  mine: readonly Item[],
  next: readonly Item[],
  {
    keyOf,
    textOf,
    merge,
  }: {
    readonly keyOf: (item: Item, index: number, all: readonly Item[]) => string;
    readonly textOf: (item: Item) => string;
    readonly merge: (base: Item | undefined, mine: Item, next: Item) => Item;
  },
): readonly Item[] {
  const [inBase, inMine, inNext] = [base, mine, next].map(
    (items) => new Map(items.map((item, index) => [keyOf(item, index, items), item])),
  );
  const kept = [...(inMine ?? [])].flatMap(([key, own]) => {
    const before = inBase?.get(key);
    const theirs = inNext?.get(key);
    if (theirs !== undefined) return [merge(before, own, theirs)];
    return before !== undefined && textOf(before) === textOf(own) ? [] : [own];
  });
  const added = [...(inNext ?? [])].flatMap(([key, theirs]) => (inMine?.has(key) || inBase?.has(key) ? [] : [theirs]));
  return [...kept, ...added];
}
