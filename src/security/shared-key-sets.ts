import type { Dispatcher } from 'undici';
import type { Log } from '../observability/log.ts';
import { createFileKeySet, isRemote } from './file-key-set.ts';
import type { KeySet } from './key-set.ts';
import { createRemoteKeySet } from './remote-key-set.ts';

/** Opens the key set of a setting `jwks`, a file or a URL. Whoever opens one closes it. */
export type OpenKeySet = (jwks: string) => KeySet;

export type KeySetOptions = {
  readonly log: Log;
  /** How key sets are fetched; its owner closes it. */
  readonly dispatcher?: Dispatcher | undefined;
};

type Shared = { readonly keySet: KeySet; started: Promise<void> | undefined; users: number };

/**
 * Key sets from URLs are shared by all that use them at a time: a new config finds the keys that are there, and needs no answer
 * of the issuer. Files are read anew.
 */
export function createSharedKeySets({ log, dispatcher }: KeySetOptions): OpenKeySet {
  const shared = new Map<string, Shared>();
  return (jwks) => {
    if (!isRemote(jwks)) return createFileKeySet(jwks, log);
    const known = shared.get(jwks);
    const used = known ?? { keySet: createRemoteKeySet(jwks, { log, dispatcher }), started: undefined, users: 0 };
    used.users += 1;
    shared.set(jwks, used);
    return {
      start: () => (used.started ??= used.keySet.start()),
      key: used.keySet.key,
      generation: used.keySet.generation,
      close: async () => {
        used.users -= 1;
        if (used.users > 0) return;
        shared.delete(jwks);
        await used.keySet.close();
      },
    };
  };
}
