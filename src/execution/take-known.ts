import type { EntitySource, KnownEntities } from './entity-store.ts';
import type { Bearers } from './compile-gather.ts';
import { bearersOf, type Gathered } from './gather-representations.ts';
import { readOwn, type ResponseObject } from './response-object.ts';

type Found = { readonly entity: ResponseObject; readonly source: EntitySource };

/** Gives objects what an earlier fetch has brought of their entities; what is left is to be asked for. */
export function takeKnown(
  known: readonly KnownEntities[],
  gathered: Gathered,
  sources: readonly EntitySource[],
): Gathered {
  if (known.length === 0 || sources.length === 0) return gathered;
  const texts: string[] = [];
  const objects: Bearers[] = [];
  for (const [index, text] of gathered.texts.entries()) {
    const bearers = gathered.objects[index] ?? [];
    const found = find(known, text, sources);
    if (found === undefined) {
      texts.push(text);
      objects.push(bearers);
    } else {
      for (const object of bearersOf(gathered, index)) found.source.assign(object, found.entity, true);
    }
  }
  return { ...gathered, texts, objects };
}

function find(known: readonly KnownEntities[], text: string, sources: readonly EntitySource[]): Found | undefined {
  for (const source of sources) {
    const entity = known[source.index]?.get(text);
    if (entity !== undefined && source.keys.every((key) => readOwn(entity, key) !== undefined))
      return { entity, source };
  }
  return undefined;
}
