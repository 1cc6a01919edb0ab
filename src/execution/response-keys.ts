import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';

/** A place of the client's selection: its own response key, and what it selects below, by the keys of the fetches. */
export type SelectedPlace = {
  readonly clientKey: string;
  readonly below: () => ReadonlyMap<string, SelectedPlace>;
};

/** The key that fetches use for a field of the client's operation. */
export type ToFetchKey = (field: FieldNode) => string;

export function createToFetchKey(responseKeys: ReadonlyMap<string, string> | undefined): ToFetchKey {
  return ({ alias, name }) => {
    if (name.value === '__typename') return name.value;
    const responseKey = alias?.value ?? name.value;
    return responseKeys?.get(responseKey) ?? responseKey;
  };
}

/** The client's selection as places, read only where an error needs it. */
export function createSelectedPlaces(
  { operation, fragments }: CheckedOperation,
  toFetchKey: ToFetchKey,
): SelectedPlace {
  return createPlace('', [operation.selectionSet]);

  function createPlace(clientKey: string, selectionSets: readonly SelectionSetNode[]): SelectedPlace {
    let below: ReadonlyMap<string, SelectedPlace> | undefined;
    return { clientKey, below: () => (below ??= readBelow(selectionSets)) };
  }

  function readBelow(selectionSets: readonly SelectionSetNode[]): ReadonlyMap<string, SelectedPlace> {
    const found = new Map<string, { clientKey: string; selectionSets: SelectionSetNode[] }>();
    for (const field of selectionSets.flatMap((set) => readFields(set, fragments, new Set()))) {
      const key = toFetchKey(field);
      const place = found.get(key) ?? { clientKey: field.alias?.value ?? field.name.value, selectionSets: [] };
      if (field.selectionSet) place.selectionSets.push(field.selectionSet);
      found.set(key, place);
    }
    return new Map(Array.from(found, ([key, place]) => [key, createPlace(place.clientKey, place.selectionSets)]));
  }
}

function readFields(
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen: Set<string>,
): readonly FieldNode[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return readFields(selection.selectionSet, fragments, seen);
    const fragment = fragments.get(selection.name.value);
    if (fragment === undefined || seen.has(selection.name.value)) return [];
    seen.add(selection.name.value);
    return readFields(fragment.selectionSet, fragments, seen);
  });
}

/** A path of the fetches as the client sees it, cut off where it leaves the client's selection. */
export function toClientPath(root: SelectedPlace, path: readonly (string | number)[]): readonly (string | number)[] {
  const clientPath: (string | number)[] = [];
  let place = root;
  for (const segment of path) {
    if (typeof segment === 'number') {
      clientPath.push(segment);
      continue;
    }
    const next = place.below().get(segment);
    if (next === undefined) break;
    clientPath.push(next.clientKey);
    place = next;
  }
  return clientPath;
}
