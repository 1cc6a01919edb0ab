import { readFile, stat } from 'node:fs/promises';
import type { LocalJWKSet } from 'jose';
import { toDisplayName } from '../config/source-file.ts';
import { type Problem, ProblemsError } from '../errors/problem.ts';
import type { Log } from '../observability/log.ts';
import { assertNoSecretKey, parseKeySet } from './key-set.ts';
import type { KeySet } from './key-set.ts';

const CHECK_EVERY_MS = 30_000;

type Loaded = { readonly keys: LocalJWKSet; readonly modifiedMs: number };

/** What is wrong with the key sets that are files. */
export async function findKeyFileProblems(issuers: readonly { readonly jwks: string }[]): Promise<readonly Problem[]> {
  const files = issuers.map(({ jwks }) => jwks).filter((jwks) => !isRemote(jwks));
  const loads = await Promise.allSettled(files.map(load));
  return files.flatMap((file, index) => {
    const outcome = loads[index];
    return outcome?.status === 'rejected' ? [unreadable(file, outcome.reason)] : [];
  });
}

/** Whether a setting `jwks` is a URL, not a file. */
export function isRemote(jwks: string): boolean {
  return /^https?:\/\//i.test(jwks);
}

/** Keys from a file: read at the start, and again when the file has changed. A broken change keeps the keys there are. */
export function createFileKeySet(file: string, log: Log): KeySet {
  let loaded: Loaded | undefined;
  let checkedMs = Number.NEGATIVE_INFINITY;
  let checking: Promise<void> | undefined;
  let generation = 0;

  async function check(): Promise<void> {
    checkedMs = performance.now();
    try {
      if ((await stat(file)).mtimeMs === loaded?.modifiedMs) return;
      loaded = await load(file);
      generation += 1;
    } catch (error) {
      log('warn', 'The key set has changed and cannot be read: the keys before are kept.', { file, error });
    }
  }

  const isDue = (): boolean => performance.now() - checkedMs >= CHECK_EVERY_MS;

  return {
    start: async () => {
      checkedMs = performance.now();
      loaded = await load(file).catch((error: unknown) => {
        throw new ProblemsError([unreadable(file, error)]);
      });
    },
    key: async (header, token) => {
      if (isDue()) checking ??= check().finally(() => (checking = undefined));
      await checking;
      if (loaded === undefined) throw new Error('The key set has not been started.');
      return loaded.keys(header, token);
    },
    generation: () => (isDue() || checking !== undefined ? undefined : generation),
    close: async () => {},
  };
}

async function load(file: string): Promise<Loaded> {
  const { mtimeMs } = await stat(file);
  const text = await readFile(file, 'utf8');
  assertNoSecretKey(text);
  return { keys: parseKeySet(text), modifiedMs: mtimeMs };
}

function unreadable(file: string, error: unknown): Problem {
  return {
    severity: 'error',
    code: 'KEY_SET_UNREADABLE',
    message: `The key set cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    remedy: 'Give `jwks` a file with a JSON Web Key Set, { "keys": [ … ] }, or the URL of one.',
    coordinate: 'auth.jwt',
    places: [{ file: toDisplayName(file), line: 1, column: 1 }],
  };
}
