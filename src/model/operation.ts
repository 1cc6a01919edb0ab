import type { DocumentNode, FragmentDefinitionNode, OperationDefinitionNode } from 'graphql';

/** An operation out of a parsed and validated document. `document` holds this operation and its fragments only. */
export type CheckedOperation = {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /**
   * What others made of it and want again, by a key of theirs. It lives as long as the operation is remembered. (Not in a
   * WeakMap: V8's collections of young garbage keep whatever is in one, and full ones hold up the event loop.)
   */
  readonly kept?: Map<object, unknown> | undefined;
};

/** The value kept with the operation under `key`, made on first use; made anew each time for one that keeps nothing. */
export function keptWith<T>({ kept }: CheckedOperation, key: object, create: () => T): T {
  if (kept === undefined) return create();
  if (!kept.has(key)) kept.set(key, create());
  // Only `keptWith` writes the map, and a key object belongs to one caller with one type.
  return kept.get(key) as T;
}
