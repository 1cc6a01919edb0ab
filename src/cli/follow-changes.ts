import { ConfigError, type LoadedConfig } from '../config/load-config.ts';
import type { Gateway } from '../edge/create-gateway.ts';
import { FileStates } from './file-states.ts';
import { loadSettings, type SettingsOptions } from './load-settings.ts';
import type { SourceWatcher, WatchOptions } from './watch-sources.ts';

/** A config, when it was read (`Date.now()`), and the states of its files then. */
export type ReadSettings = {
  readonly loaded: LoadedConfig;
  readonly readAtMs: number;
  readonly states: FileStates;
};

/** Loads a config that is to be followed. Throws ConfigError. */
export async function readSettings(settings: SettingsOptions): Promise<ReadSettings> {
  const readAtMs = Date.now();
  return settingsRead(await loadSettings(settings), readAtMs);
}

export async function settingsRead(loaded: LoadedConfig, readAtMs: number): Promise<ReadSettings> {
  const states = new FileStates();
  await states.haveChanged(loaded.files);
  return { loaded, readAtMs, states };
}

type Watching = Pick<WatchOptions, 'onChange' | 'onBlind'>;

/** Watches a config's files; a process without a terminal looks at them on SIGHUP, too. */
export async function watchFiles(read: ReadSettings, watching: Watching): Promise<Omit<SourceWatcher, 'wake'>> {
  const { watchSources } = await import('./watch-sources.ts'); // after a start, not in it
  const { follow, wake, close } = await watchSources(read.loaded, { ...read, ...watching });
  if (!process.stdin.isTTY) process.on('SIGHUP', wake);
  return {
    follow,
    close: async () => {
      process.off('SIGHUP', wake);
      await close();
    },
  };
}

export type FollowOptions = {
  /** What is served now. */
  readonly read: ReadSettings;
  readonly settings: SettingsOptions;
  readonly onUpdated: () => void;
  /** Told why a change is not followed: what was served before goes on being served. */
  readonly onBroken: (error: unknown) => void;
  /** Told that changes of files can't be seen. */
  readonly onBlind: (error: unknown) => void;
};

/** A hangup asks a process without a terminal to look at its files: one that still starts has nothing to look at. */
export function outliveHangup(): void {
  if (!process.stdin.isTTY) process.on('SIGHUP', () => {});
}

export type Following = { readonly close: () => Promise<void> };

/**
 * Has a gateway follow its config and the files that it names: on each change, and on SIGHUP (which ends what runs on a
 * terminal, as ever). All of a new config is followed, or nothing of it.
 */
export async function followChanges(gateway: Gateway, options: FollowOptions): Promise<Following> {
  const { read, settings, onUpdated, onBroken, onBlind } = options;
  const watcher = await watchFiles(read, { onChange, onBlind });
  return { close: watcher.close };

  async function onChange(): Promise<void> {
    try {
      const next = await loadSettings(settings);
      watcher.follow(next);
      await gateway.reload(next.config);
      onUpdated();
    } catch (error) {
      // What is broken may be mended in a file that only the broken config names.
      if (error instanceof ConfigError && error.rest !== undefined) watcher.follow(error.rest);
      onBroken(error);
    }
  }
}
