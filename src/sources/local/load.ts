import DataLoader from 'dataloader';
import type { ResolverContext } from './resolver-context.ts';

/** Gives one value, or an Error, for each key, in the keys' order. */
export type BatchFunction<Key, Value, Services> = (
  keys: readonly Key[],
  context: ResolverContext<Services>,
) => PromiseLike<readonly (Value | Error)[]>;

export type Load<Services> = <Key, Value>(batch: BatchFunction<Key, Value, Services>, key: Key) => Promise<Value>;

/**
 * A `load` for one resolver context. Keys are batched by the function's identity, so the function has to be declared
 * once, outside the resolver. Keys that are objects are the same when their JSON is.
 */
export function createLoad<Services>(contextOf: () => ResolverContext<Services>): Load<Services> {
  const loaders = new Map<unknown, DataLoader<unknown, unknown, unknown>>();
  return <Key, Value>(batch: BatchFunction<Key, Value, Services>, key: Key): Promise<Value> => {
    let loader = loaders.get(batch) as DataLoader<Key, Value, unknown> | undefined;
    if (loader === undefined) {
      loader = new DataLoader<Key, Value, unknown>((keys) => batch(keys, contextOf()), { cacheKeyFn: toCacheKey });
      loaders.set(batch, loader as DataLoader<unknown, unknown, unknown>);
    }
    return loader.load(key);
  };
}

function toCacheKey(key: unknown): unknown {
  return typeof key === 'object' ? JSON.stringify(key) : key;
}
