import type { FetchDraft, Place } from './drafts.ts';

/** All fetches that some places led to, each after those that it needs. */
export function collectFetches(roots: readonly Place[]): readonly FetchDraft[] {
  const fetches = new Set<FetchDraft>();
  const seen = new Set<Place>();
  const add = (fetch: FetchDraft): void => {
    if (fetches.has(fetch)) return;
    for (const needed of fetch.needs) add(needed);
    fetches.add(fetch);
  };
  const visit = (place: Place): void => {
    if (seen.has(place)) return;
    seen.add(place);
    add(place.fetch);
    for (const { below } of place.local.fields.values()) if (below !== undefined) visit(below);
    for (const hop of place.hops) {
      add(hop);
      for (const { below } of hop.selection.fields.values()) if (below !== undefined) visit(below);
    }
    for (const typed of place.typed.values()) visit(typed);
  };
  for (const root of roots) visit(root);
  return [...fetches];
}
