import { childOf, childrenOf, type Description, type Located, pointerOf, refOf } from '../description.ts';

/**
 * Finds the components that extend a schema by `allOf`, at whatever distance: those that nothing extends, for the others
 * only stand between.
 */
export function heirFinder(description: Description): (base: Located) => readonly Located[] {
  let children: ReadonlyMap<string, readonly Located[]> | undefined;
  return (base) => {
    children ??= findChildren(description);
    return lastHeirs(base, children, new Set());
  };
}

/** By the base's place. */
function findChildren(description: Description): ReadonlyMap<string, readonly Located[]> {
  const children = new Map<string, Located[]>();
  for (const [, at] of childrenOf(childOf(description.root, 'components', 'schemas'))) {
    for (const [, member] of childrenOf(childOf(at, 'allOf'))) {
      const base = refOf(member.value) === undefined ? undefined : description.follow(member);
      if (base === undefined) continue;
      const key = pointerOf(base);
      children.set(key, [...(children.get(key) ?? []), at]);
    }
  }
  return children;
}

function lastHeirs(
  base: Located,
  children: ReadonlyMap<string, readonly Located[]>,
  seen: Set<string>,
): readonly Located[] {
  return (children.get(pointerOf(base)) ?? []).flatMap((child) => {
    if (seen.has(pointerOf(child))) return [];
    seen.add(pointerOf(child));
    const further = lastHeirs(child, children, seen);
    return further.length === 0 ? [child] : further;
  });
}
