import { readFile, stat } from 'node:fs/promises';
import type { Place, Problem } from '../errors/problem.ts';
import { type ConfigSource, objectSource } from './config-source.ts';
import type { Environment } from './environment.ts';
import { importModule, ModuleError } from './import-module.ts';
import { readYaml } from './yaml-source.ts';

/** Reads a YAML file, or a module that exports the object. What is wrong with its text stands in `problems`. */
export async function loadConfigSource(file: string, env: Environment): Promise<ConfigSource> {
  if (/\.[cm]?[jt]s$/.test(file)) return loadModule(file);
  try {
    return readYaml(await readFile(file, 'utf8'), file, env);
  } catch (error) {
    return failedSource(file, describeReadError(error));
  }
}

async function loadModule(file: string): Promise<ConfigSource> {
  const fault = await stat(file).then(
    () => undefined,
    (error: unknown) => describeReadError(error),
  );
  if (fault !== undefined) return failedSource(file, fault);
  try {
    const module = await importModule(file);
    if (module['default'] !== undefined) return objectSource(module['default'], file);
    return failedSource(file, 'The module has no default export. Write `export default { … }`.');
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error;
    const { message, place, remedy } = error;
    return failedSource(file, `The config can't be loaded: ${message}`, { place, remedy });
  }
}

type FaultDetails = { readonly place?: Place; readonly remedy?: string | undefined };

function failedSource(file: string, message: string, { place, remedy }: FaultDetails = {}): ConfigSource {
  const source = objectSource({}, file);
  const places = [place ?? source.placeOf([])];
  const problem: Problem = { severity: 'error', code: 'CONFIG_UNREADABLE', message, remedy, places };
  return { ...source, problems: [problem], faulty: [[]] };
}

function describeReadError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'There is no such file. `selvedge init` writes a first one.';
  if (code === 'EISDIR') return 'This is a directory: a config file is expected.';
  if (code === 'EACCES') return 'The file may not be read by this user.';
  return `The config can't be loaded: ${error instanceof Error ? error.message : String(error)}`;
}
