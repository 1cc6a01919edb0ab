import { errors } from 'jose';
import type { LocalJWKSet } from 'jose';
import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Log } from '../observability/log.ts';
import { fetchText } from './fetch-text.ts';
import { parseKeySet } from './key-set.ts';
import type { KeySet } from './key-set.ts';

const REFRESH_EVERY_MS = 600_000;
// How often a key that is not in the set may have it fetched again.
const COOLDOWN_MS = 30_000;
// How often a set that could not be fetched yet is asked for.
const FIRST_RETRY_MS = 1000;
const LIMITS = { timeoutMs: 5000, bytes: 1_000_000 };

export type RemoteKeySetOptions = { readonly log: Log; readonly dispatcher?: Dispatcher | undefined };

type FetchedKeys = { readonly text: string; readonly keys: LocalJWKSet; readonly generation: number };

/**
 * Keys from a URL: fetched in the background, every ten minutes, and when a token names a key that is not among them.
 * The last good set is kept whatever happens to the URL.
 */
export function createRemoteKeySet(url: string, { log, dispatcher }: RemoteKeySetOptions): KeySet {
  const own = dispatcher === undefined ? new Agent({ connections: 1, connect: { timeout: 1000 } }) : undefined;
  const via = dispatcher ?? own;
  const closing = new AbortController();
  let current: FetchedKeys | undefined;
  let triedMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function load(): Promise<void> {
    triedMs = performance.now();
    try {
      const text = await fetchText(url, { ...LIMITS, dispatcher: via, signal: closing.signal });
      if (text !== current?.text)
        current = { text, keys: parseKeySet(text), generation: (current?.generation ?? 0) + 1 };
    } catch (error) {
      if (!closing.signal.aborted)
        log('warn', 'The key set cannot be fetched.', { url, keptFormer: current !== undefined, error });
    }
  }

  /** Joins the fetch that is under way, or begins one if the last was long enough ago. */
  async function reload(pauseMs: number): Promise<void> {
    if (loading === undefined && performance.now() - triedMs >= pauseMs)
      loading = load().finally(() => (loading = undefined));
    await loading;
  }

  function known(): LocalJWKSet {
    if (current !== undefined) return current.keys;
    throw new GatewayError('AUTHENTICATION_UNAVAILABLE', 'Tokens cannot be checked now. Try again later.', {
      detail: `The key set ${url} has not been fetched yet.`,
    });
  }

  return {
    start: async () => {
      timer = setInterval(() => void reload(0), REFRESH_EVERY_MS).unref();
      void reload(0);
    },
    key: async (header, token) => {
      if (current === undefined) await reload(FIRST_RETRY_MS);
      try {
        return await known()(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        await reload(COOLDOWN_MS);
        return known()(header, token);
      }
    },
    generation: () => current?.generation,
    close: async () => {
      clearInterval(timer);
      closing.abort(new Error('The key set is closed.'));
      await loading;
      await own?.destroy();
    },
  };
}
