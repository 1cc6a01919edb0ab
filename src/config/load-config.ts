import path from 'node:path';
import { type Problem, ProblemsError } from '../errors/problem.ts';
import { listConfigFiles, resolvePaths } from './config-files.ts';
import { type ConfigPath, type ConfigSource, objectSource } from './config-source.ts';
import { type Contradiction, findContradictions } from './cross-checks.ts';
import type { Environment } from './environment.ts';
import { loadConfigSource } from './load-config-source.ts';
import { readSettings } from './read-settings.ts';
import type { Config, ConfigInput } from './schema.ts';
import { valueAt } from './schema-problems.ts';
import { findFileFault, toDisplayName } from './source-file.ts';

/** What a command line says against the file. Paths are relative to the working directory. */
export type ConfigOverrides = {
  readonly mode?: Config['mode'] | undefined;
  readonly port?: number | undefined;
  /** Served instead of what `graph` names. */
  readonly supergraph?: string | undefined;
};

export type LoadConfigOptions = {
  /** Where `${NAME}` and SELVEDGE_MODE are read; the process's environment by default. */
  readonly env?: Environment | undefined;
  readonly overrides?: ConfigOverrides | undefined;
};

export type LoadedConfig = {
  readonly config: Config;
  /** Every file that the config was made from and that it names: a change of one may change the graph. */
  readonly files: readonly string[];
};

/** A config that is wrong. `rest` is what of it could be read: mending what it names may mend it. */
export class ConfigError extends ProblemsError {
  readonly rest: LoadedConfig | undefined;

  constructor(problems: readonly Problem[], rest: LoadedConfig | undefined) {
    super(problems);
    this.rest = rest;
  }
}

/** Loads and checks a config file. Throws ConfigError with everything that is wrong, and where it stands. */
export async function loadConfig(file: string, options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  const env = options.env ?? process.env;
  const source = await loadConfigSource(file, env);
  const absolute = path.resolve(file);
  return checkConfig(source, { base: path.dirname(absolute), own: [absolute] }, { ...options, env });
}

/** Checks a config that a program made. Paths in it are relative to `base`, by default the working directory. */
export async function parseConfig(
  input: ConfigInput,
  options: LoadConfigOptions & { readonly base?: string | undefined } = {},
): Promise<LoadedConfig> {
  const env = options.env ?? {};
  return checkConfig(
    objectSource(input, undefined),
    { base: options.base ?? process.cwd(), own: [] },
    { ...options, env },
  );
}

async function checkConfig(
  source: ConfigSource,
  { base, own }: { readonly base: string; readonly own: readonly string[] },
  { env = {}, overrides = {} }: LoadConfigOptions,
): Promise<LoadedConfig> {
  const mode = overrides.mode ?? readMode(env);
  const value = override(source.value, { ...overrides, mode });
  const settings = readSettings({ ...source, value });
  const problems = [...source.problems, ...settings.problems];
  const faulty = [...source.faulty, ...settings.faulty];
  if (settings.config === undefined) throw new ConfigError(sortByPlace(problems), undefined);
  const config = resolvePaths(settings.config, base);
  const contradictions = findContradictions(config, subgraphNames(value));
  const files = listConfigFiles(config);
  const known = [...contradictions, ...(await findMissingFiles(files))]
    .filter((contradiction) => !faulty.some((path) => touches(path, contradiction.path)))
    .map((contradiction) => toProblem(contradiction, source));
  const loaded = { config, files: [...own, ...files.map(({ file }) => file)] };
  if (problems.length + known.length > 0) throw new ConfigError(sortByPlace([...problems, ...known]), loaded);
  return loaded;
}

function readMode(env: Environment): Config['mode'] | undefined {
  const mode = env['SELVEDGE_MODE'];
  if (mode === undefined || mode === '' || mode === 'production' || mode === 'development') return mode || undefined;
  throw new ProblemsError([
    {
      severity: 'error',
      code: 'CONFIG_INVALID_VALUE',
      message: `SELVEDGE_MODE: expected production or development, found ${JSON.stringify(mode)}.`,
      places: [],
    },
  ]);
}

function override(value: unknown, { mode, port, supergraph }: ConfigOverrides): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const listen: unknown = 'listen' in value ? value.listen : {};
  return {
    ...value,
    ...(mode === undefined ? {} : { mode }),
    ...(port === undefined || typeof listen !== 'object' ? {} : { listen: { ...listen, port } }),
    ...(supergraph === undefined ? {} : { graph: { supergraph: path.resolve(supergraph) } }),
  };
}

function subgraphNames(value: unknown): string[] {
  return Object.keys(valueAt(value, ['graph', 'subgraphs']) ?? {});
}

async function findMissingFiles(files: ReturnType<typeof listConfigFiles>): Promise<Contradiction[]> {
  const faults = await Promise.all(files.map(({ file }) => findFileFault(file)));
  return files.flatMap(({ path: at, file }, index) => {
    const fault = faults[index];
    const message = `${at.join('.')}: the file ${toDisplayName(file)} ${fault}.`;
    return fault === undefined ? [] : [{ code: 'CONFIG_FILE_UNREADABLE', path: at, message } as const];
  });
}

function toProblem({ path: at, ...rest }: Contradiction, source: ConfigSource): Problem {
  return { severity: 'error', ...rest, coordinate: at.join('.'), places: [source.placeOf(at)] };
}

/** Whether one of the two contains the other: what is said of the one may only follow from what is wrong with the other. */
function touches(left: ConfigPath, right: ConfigPath): boolean {
  const [shorter, longer] = left.length < right.length ? [left, right] : [right, left];
  return shorter.every((key, index) => key === longer[index]);
}

function sortByPlace(problems: readonly Problem[]): Problem[] {
  const offset = (problem: Problem): number => {
    const [place] = problem.places;
    return place === undefined ? 0 : place.line * 100_000 + place.column;
  };
  return problems.toSorted((left, right) => offset(left) - offset(right));
}
