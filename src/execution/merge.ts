import { isResponseObject, readOwn, typenameOf, writeOwn, type ResponseObject } from './response-object.ts';
import type { TypeRelations } from './type-relations.ts';

/**
 * Merges what another fetch says about the same object into it. False if the two contradict each other (lists of
 * different lengths, objects of different types): what contradicts is left out. Only `keys` are taken of the source.
 */
export type Merge = (target: ResponseObject, source: ResponseObject, keys: readonly string[]) => boolean;

/** Objects merge key by key, lists index by index; a null never replaces a value. */
export function createMerge({ isA }: TypeRelations): Merge {
  function mergeObjects(target: ResponseObject, source: ResponseObject, keys: readonly string[]): boolean {
    const types = compareTypes(typenameOf(target), typenameOf(source));
    if (types === 'apart') return false;
    let fits = true;
    for (const key of keys) {
      const value = readOwn(source, key);
      if (value === undefined || (key === '__typename' && types === 'known')) continue;
      if (!mergeKey(target, key, value)) fits = false;
    }
    return fits;
  }

  /** An interface object knows only its interface: where the object's own type is known already, it is kept. */
  function compareTypes(known: string | undefined, said: string | undefined): 'known' | 'new' | 'apart' {
    if (known === undefined || said === undefined) return 'new';
    if (isA(known, said)) return 'known';
    return isA(said, known) ? 'new' : 'apart';
  }

  function mergeKey(target: ResponseObject, key: string, value: unknown): boolean {
    const existing = readOwn(target, key);
    if (existing === undefined || existing === null) writeOwn(target, key, value);
    else if (typeof existing === 'object' && typeof value === 'object' && value !== null)
      return mergeValues(existing, value);
    else if (value !== null && value !== undefined) writeOwn(target, key, value);
    return true;
  }

  function mergeValues(existing: unknown, value: unknown): boolean {
    if (isResponseObject(existing)) return isResponseObject(value) && mergeObjects(existing, value, Object.keys(value));
    return Array.isArray(existing) && Array.isArray(value) && mergeLists(existing, value);
  }

  function mergeLists(target: unknown[], source: readonly unknown[]): boolean {
    if (target.length !== source.length) return false;
    let fits = true;
    for (let index = 0; index < source.length; index++) {
      const existing = target[index];
      const value = source[index];
      if (existing === null || existing === undefined) target[index] = value;
      else if (typeof value === 'object' && value !== null && !mergeValues(existing, value)) fits = false;
    }
    return fits;
  }

  return mergeObjects;
}

/** A copy that shares nothing: one answer stands at several places of the response, which later fetches fill apart. */
export function copyValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyValue);
  return isResponseObject(value) ? copyObject(value) : value;
}

export function copyObject(value: ResponseObject): ResponseObject {
  const copy: ResponseObject = {};
  for (const key of Object.keys(value)) writeOwn(copy, key, copyValue(value[key]));
  return copy;
}
