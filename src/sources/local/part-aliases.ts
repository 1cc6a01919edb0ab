import { type DocumentNode, Kind, visit } from 'graphql';
import type { FetchAnswer } from '../../model/source.ts';

/** A fetch's document as a stitched schema can run it, and its answers by the response keys that were asked for. */
type PartedAliases = {
  readonly document: DocumentNode;
  readonly restore: (answer: FetchAnswer) => FetchAnswer;
};

const PREFIX = '_as_';

/**
 * To what is selected of an object, stitching adds the fields that it needs itself: keys, what is computed or delegated
 * from. An alias that is one of their names (`id: owner`) would ask for two fields by one key, so below the operation's
 * own fields each alias becomes a name that no field has.
 */
export function partAliases(document: DocumentNode): PartedAliases {
  const originals = new Map<string, string>();
  /** Keys of objects: what stands under others is a scalar's, however it looks. */
  const parents = new Set<string>();
  let depth = 0;
  const parted = visit(document, {
    [Kind.FIELD]: {
      enter(field) {
        depth += 1;
        const { alias, name, selectionSet } = field;
        const isParted = depth > 1 && alias !== undefined && alias.value !== name.value;
        const key = isParted ? `${PREFIX}${alias.value}` : (alias ?? name).value;
        if (selectionSet !== undefined) parents.add(key);
        if (!isParted) return undefined;
        originals.set(key, alias.value);
        return { ...field, alias: { ...alias, value: key } };
      },
      leave: () => void (depth -= 1),
    },
    [Kind.FRAGMENT_DEFINITION]: { enter: () => void (depth += 1), leave: () => void (depth -= 1) },
  });
  if (originals.size === 0) return { document, restore: (answer) => answer };
  const toOriginal = (key: string) => originals.get(key) ?? key;
  function restoreKeys(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(restoreKeys);
    if (typeof value !== 'object' || value === null) return value;
    const restored = Object.create(null) as Record<string, unknown>;
    for (const [key, inner] of Object.entries(value))
      restored[toOriginal(key)] = parents.has(key) ? restoreKeys(inner) : inner;
    return restored;
  }
  return {
    document: parted,
    restore: ({ data, errors, ...answer }) => ({
      ...answer,
      data: restoreKeys(data) as FetchAnswer['data'],
      errors: errors?.map((error) =>
        error.with({ path: error.path?.map((key) => (typeof key === 'string' ? toOriginal(key) : key)) }),
      ),
    }),
  };
}
