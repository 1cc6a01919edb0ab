import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Problem } from '../errors/problem.ts';
import { type ConfigSource, objectSource } from './config-source.ts';
import type { Environment } from './environment.ts';
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
  try {
    const absolute = path.resolve(file);
    const { mtimeMs } = await stat(absolute);
    // The query makes an edited module a new one for the module cache.
    const module: unknown = await import(`${pathToFileURL(absolute).href}?changed=${mtimeMs}`);
    if (typeof module === 'object' && module !== null && 'default' in module) return objectSource(module.default, file);
    return failedSource(file, 'The module has no default export. Write `export default { … }`.');
  } catch (error) {
    return failedSource(file, describeReadError(error));
  }
}

function failedSource(file: string, message: string): ConfigSource {
  const source = objectSource({}, file);
  const problem: Problem = { severity: 'error', code: 'CONFIG_UNREADABLE', message, places: [source.placeOf([])] };
  return { ...source, problems: [problem], faulty: [[]] };
}

function describeReadError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'There is no such file. `selvedge init` writes a first one.';
  if (code === 'EISDIR') return 'This is a directory: a config file is expected.';
  if (code === 'EACCES') return 'The file may not be read by this user.';
  return `The config can't be loaded: ${error instanceof Error ? error.message : String(error)}`;
}
