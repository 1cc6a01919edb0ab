import { access, constants, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ProblemsError } from '../errors/problem.ts';
import type { SourceText } from '../model/subgraph.ts';

/** Reads a file; its name is the path as seen from the working directory. Throws ProblemsError where it can't be read. */
export async function readSourceFile(file: string): Promise<SourceText> {
  return readAs(file, 'utf8');
}

/** The same for a file that is no text: its text is its bytes in base64. */
export async function readBytesFile(file: string): Promise<SourceText> {
  return readAs(file, 'base64');
}

async function readAs(file: string, encoding: 'utf8' | 'base64'): Promise<SourceText> {
  const name = toDisplayName(file);
  try {
    return { name, text: await readFile(file, encoding) };
  } catch {
    const message = `The file ${name} ${(await findFileFault(file)) ?? 'cannot be read'}.`;
    const place = { file: name, line: 1, column: 1 };
    throw new ProblemsError([{ severity: 'error', code: 'FILE_UNREADABLE', message, places: [place] }]);
  }
}

/** A path as a person in the working directory would write it. */
export function toDisplayName(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') || relative === '' ? file : relative.split(path.sep).join('/');
}

/** What keeps a file from being read, as the end of a sentence; undefined where nothing does. */
export async function findFileFault(file: string): Promise<string | undefined> {
  try {
    if (!(await stat(file)).isFile()) return 'is not a file';
    await access(file, constants.R_OK);
    return undefined;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    return missing ? 'does not exist' : 'may not be read by this user';
  }
}
