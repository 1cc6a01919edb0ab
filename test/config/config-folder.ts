import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig, type LoadConfigOptions, type LoadedConfig } from '../../src/config/load-config.ts';
import { printProblem, ProblemsError } from '../../src/errors/problem.ts';

/** A temporary folder with these files; gone when the test ends. */
export async function createFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'selvedge-test-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

/** Loads a config; what is wrong is given as printed text, with the folder's path taken out. */
export async function tryConfig(
  files: Readonly<Record<string, string>>,
  options: LoadConfigOptions & { readonly file?: string } = {},
): Promise<{
  readonly folder: string;
  readonly loaded: LoadedConfig | undefined;
  readonly problems: readonly string[];
}> {
  const folder = await createFolder(files);
  try {
    const loaded = await loadConfig(path.join(folder, options.file ?? 'selvedge.yaml'), { env: {}, ...options });
    return { folder, loaded, problems: [] };
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    const problems = error.problems.map((problem) => printProblem(problem).replaceAll(`${folder}/`, ''));
    return { folder, loaded: undefined, problems };
  }
}
