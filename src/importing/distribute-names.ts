/**
 * Gives each thing a name of its own. Where several want the same, each takes its next candidate; at the last a number.
 */
export function distributeNames<Thing>(
  things: readonly { readonly thing: Thing; readonly candidates: readonly string[] }[],
): ReadonlyMap<Thing, string> {
  const levels = new Map(things.map(({ thing }) => [thing, 0]));
  const wantedBy = ({ thing, candidates }: (typeof things)[number]): string =>
    candidates[Math.min(levels.get(thing) ?? 0, candidates.length - 1)] ?? 'unnamed';
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const group of Map.groupBy(things, wantedBy).values()) {
      if (group.length < 2) continue;
      for (const { thing, candidates } of group) {
        const level = levels.get(thing) ?? 0;
        if (level >= candidates.length - 1) continue;
        levels.set(thing, level + 1);
        isChanged = true;
      }
    }
  }
  const taken = new Set<string>();
  return new Map(
    things.map((item) => {
      const wanted = wantedBy(item);
      let name = wanted;
      for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
      taken.add(name);
      return [item.thing, name];
    }),
  );
}
