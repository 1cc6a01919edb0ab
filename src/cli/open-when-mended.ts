import { ConfigError, type LoadedConfig } from '../config/load-config.ts';
import type { Gateway } from '../edge/create-gateway.ts';
import { ProblemsError } from '../errors/problem.ts';
import { readSettings, type ReadSettings, settingsRead, watchFiles } from './follow-changes.ts';
import type { SettingsOptions } from './load-settings.ts';
import { isOutside } from './report-failure.ts';
import { openGateway } from './run-gateway.ts';

type Opened = { readonly kind: 'opened'; readonly read: ReadSettings; readonly gateway: Gateway };
/** `read` is what is known of the config; undefined where it can't be read at all. */
type Broken = { readonly kind: 'broken'; readonly read: ReadSettings | undefined; readonly error: unknown };

export type MendingOptions = {
  /** Told what is wrong, at first and after each change that does not mend it. */
  readonly onBroken: (error: unknown) => void;
  /** Told that changes of files can't be seen. */
  readonly onBlind: (error: unknown) => void;
};

/**
 * Opens what the settings name. Where the files of the config are wrong, waits for the change that mends them. Throws
 * where the config itself can't be read, and what no change of files mends.
 */
export async function openWhenMended(
  settings: SettingsOptions,
  { onBroken, onBlind }: MendingOptions,
): Promise<Omit<Opened, 'kind'>> {
  const first = await tryToOpen(settings);
  if (first.kind === 'opened') return first;
  if (first.read === undefined || !isMendable(first.error)) throw first.error;
  onBroken(first.error);
  const { promise, resolve } = Promise.withResolvers<Opened>();
  const watcher = await watchFiles(first.read, { onChange, onBlind });
  const opened = await promise;
  await watcher.close();
  return opened;

  async function onChange(): Promise<void> {
    const next = await tryToOpen(settings);
    if (next.kind === 'opened') return resolve(next);
    if (next.read !== undefined) watcher.follow(next.read.loaded);
    onBroken(next.error);
  }
}

async function tryToOpen(settings: SettingsOptions): Promise<Opened | Broken> {
  const readAtMs = Date.now();
  let read: ReadSettings | undefined;
  try {
    read = await readSettings(settings);
    return { kind: 'opened', read, gateway: await openGateway(read.loaded.config) };
  } catch (error) {
    const rest: LoadedConfig | undefined = error instanceof ConfigError ? error.rest : undefined;
    return { kind: 'broken', read: rest === undefined ? read : await settingsRead(rest, readAtMs), error };
  }
}

function isMendable(error: unknown): boolean {
  return error instanceof ProblemsError && !isOutside(error);
}
