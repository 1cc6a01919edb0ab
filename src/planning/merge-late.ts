import { isDeepStrictEqual } from 'node:util';
import type { EntityAsk, FetchDraft, Told } from './drafts.ts';
import { canBeTold, mergeRequires } from './representation.ts';

/**
 * A fetch of entities that nothing waits for joins a later one of the same entities and subgraph: one request less, and
 * the response is no later for it.
 */
export function mergeLate(fetches: readonly FetchDraft[]): readonly FetchDraft[] {
  const needed = new Set(fetches.flatMap(({ needs }) => [...needs]));
  const merged = new Set<FetchDraft>();
  for (const fetch of fetches) {
    if (fetch.asks === undefined || needed.has(fetch)) continue;
    const later = fetch.asks.place.hops.find((other) => other !== fetch && !merged.has(other) && canJoin(fetch, other));
    if (later === undefined) continue;
    join(fetch, later);
    merged.add(fetch);
  }
  return fetches.filter((fetch) => !merged.has(fetch));
}

function canJoin(fetch: FetchDraft, later: FetchDraft): boolean {
  if (fetch.subgraph !== later.subgraph || !fetch.needs.isSubsetOf(later.needs)) return false;
  const told = fetch.asks?.told ?? new Map<string, Told>();
  const toldLater = later.asks?.told ?? new Map<string, Told>();
  return (
    told.size === toldLater.size &&
    [...told].every(([type, what]) => {
      const whatLater = toldLater.get(type);
      return whatLater !== undefined && canTellTogether(what, whatLater);
    })
  );
}

const canTellTogether = (one: Told, other: Told): boolean =>
  one.typename === other.typename &&
  one.conditions !== undefined &&
  isDeepStrictEqual(one.conditions, other.conditions) &&
  canBeTold([...one.selections, ...other.selections]);

function join({ asks, selection }: FetchDraft, later: FetchDraft): void {
  for (const [type, what] of asks?.told ?? []) tellMore(later.asks, type, what);
  for (const [id, field] of selection.fields) {
    // Of fields that are selected by both, what is below them is not the same.
    later.selection.fields.set(later.selection.fields.has(id) ? `${id} too` : id, field);
  }
}

function tellMore(asks: EntityAsk | undefined, type: string, { selections }: Told): void {
  const told = asks?.told.get(type);
  if (told !== undefined) told.selections = mergeRequires([...told.selections, ...selections]);
}
