import path from 'node:path';
import { watch } from 'chokidar';
import type { LoadedConfig } from '../config/load-config.ts';
import type { FileStates } from './file-states.ts';

/** Changes that come within this time are one: editors and checkouts touch several files. */
const SETTLE_MS = 100;

/**
 * Files are looked at this often, too: a volume of Kubernetes changes by a link above them, and network file systems tell
 * nothing of changes.
 */
const LOOK_EVERY_MS = 2000;

const SOURCE_FILE = /\.(?:[cm]?[jt]s|json|proto)$/;

export type SourceWatcher = {
  /** From now on, these are the files that matter. */
  readonly follow: (loaded: LoadedConfig) => void;
  /** As if a file had changed. */
  readonly wake: () => void;
  readonly close: () => Promise<void>;
};

export type WatchOptions = {
  /** When the files were read (`Date.now()`): what has changed since then is a change, too. */
  readonly readAtMs: number;
  /** Of the files then. */
  readonly states: FileStates;
  /** Called after a change, one call after the other. */
  readonly onChange: () => Promise<void>;
  /** Called when files can't be watched, or no longer. */
  readonly onBlind: (error: unknown) => void;
};

/**
 * Calls back when a file changed that the graph is made from, one call after the other. Modules and protos import others:
 * all of their kind below the folders of resolvers and protos count. Resolves when it is watching.
 */
export async function watchSources(
  loaded: LoadedConfig,
  { readAtMs, states, onChange, onBlind }: WatchOptions,
): Promise<SourceWatcher> {
  let scope = toScope(loaded);
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();
  const wake = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      turn = turn.then(async () => {
        await states.haveChanged(scope.files); // what is followed now is no change later
        await onChange();
      });
    }, SETTLE_MS);
  };
  const schedule = (changed: string): void => {
    if (isInScope(path.resolve(changed), scope)) wake();
  };
  // Folders are watched, not files: an editor that replaces a file would take the watched one away.
  const watcher = watch([...scope.folders], {
    alwaysStat: true,
    ignored: (candidate) => isIgnored(path.resolve(candidate), scope),
  });
  let isReady = false;
  watcher.on('add', (file, stats) => {
    if (isReady || Math.max(stats?.mtimeMs ?? 0, stats?.ctimeMs ?? 0) > readAtMs) schedule(file);
  });
  watcher.on('change', schedule).on('unlink', schedule);
  await new Promise<void>((resolve) => {
    watcher.once('ready', () => {
      isReady = true;
      resolve();
    });
    watcher.on('error', (error) => {
      onBlind(error);
      resolve();
    });
  });
  const looking = setInterval(() => {
    turn = turn.then(async () => {
      if (await states.haveChanged(scope.files)) wake();
    });
  }, LOOK_EVERY_MS).unref();
  return {
    follow: (next) => {
      scope = toScope(next);
      watcher.add([...scope.folders]);
    },
    wake,
    close: async () => {
      clearInterval(looking);
      clearTimeout(timer);
      await watcher.close();
      await turn;
    },
  };
}

type Scope = {
  readonly files: ReadonlySet<string>;
  /** Folders of `files`. */
  readonly folders: ReadonlySet<string>;
  /** Folders in which, and below which, every source file counts. */
  readonly roots: readonly string[];
};

function toScope({ config: { graph }, files }: LoadedConfig): Scope {
  const roots = Object.values(graph.subgraphs ?? {}).flatMap(({ resolvers, proto = [] }) =>
    (resolvers === undefined ? proto : [resolvers, ...proto]).map((file) => path.dirname(file)),
  );
  return {
    files: new Set(files),
    folders: new Set(files.map((file) => path.dirname(file))),
    roots: [...new Set(roots)],
  };
}

function isInScope(file: string, { files, roots }: Scope): boolean {
  return files.has(file) || (SOURCE_FILE.test(file) && roots.some((root) => file.startsWith(root + path.sep)));
}

/** Keeps the watcher out of folders that can't hold a source, `node_modules` before all. */
function isIgnored(candidate: string, { files, folders, roots }: Scope): boolean {
  if (files.has(candidate) || folders.has(candidate)) return false;
  if (/^(?:node_modules|\..+)$/.test(path.basename(candidate))) return true;
  return !roots.some((root) => candidate.startsWith(root + path.sep)) && !folders.has(path.dirname(candidate));
}
