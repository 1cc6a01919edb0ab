import path from 'node:path';
import { type Problem, ProblemsError } from '../errors/problem.ts';
import type { SourceText } from '../model/subgraph.ts';
import { findFileFault, readSourceFile } from './source-file.ts';

const IMPORT = /^\s*import\s+(?:public\s+|weak\s+)?"([^"\n]+)"\s*;/gm;

type Found = { readonly name: string; readonly file: string };

/**
 * Reads .proto files and what they import, the given ones first, each under its import name. An import is looked for beside
 * the file that has it, and beside the given ones. `google/…` comes with the gateway. Throws ProblemsError for missing ones.
 */
export async function readProtoFiles(roots: readonly string[]): Promise<SourceText[]> {
  const folders = [...new Set(roots.map((root) => path.dirname(root)))];
  const queue: Found[] = roots.map((file) => ({ name: toImportName(file, folders), file }));
  const texts = new Map<string, SourceText>();
  const problems: Problem[] = [];
  for (const { name, file } of queue) {
    if (texts.has(file)) continue;
    const { text } = await readSourceFile(file);
    texts.set(file, { name, text });
    for (const match of withoutComments(text).matchAll(IMPORT)) {
      const [statement, imported = ''] = match;
      const found = await findImport(imported, [path.dirname(file), ...folders]);
      if (found !== undefined) queue.push({ name: imported, file: found });
      else if (!imported.startsWith('google/')) {
        const offset = match.index + statement.indexOf('import');
        problems.push(missingImport(imported, name, text.slice(0, offset)));
      }
    }
  }
  if (problems.length > 0) throw new ProblemsError(problems);
  return [...texts.values()];
}

// Where one given file is imported by another, its name must be the one in the import.
function toImportName(file: string, folders: readonly string[]): string {
  const names = folders.map((folder) => path.relative(folder, file)).filter((name) => !name.startsWith('..'));
  const [longest = path.basename(file)] = names.toSorted((left, right) => right.length - left.length);
  return longest.split(path.sep).join('/');
}

async function findImport(imported: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const candidate = path.resolve(folder, imported);
    if ((await findFileFault(candidate)) === undefined) return candidate;
  }
  return undefined;
}

/** Comments become blanks, so that offsets stay. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '));
}

function missingImport(imported: string, file: string, before: string): Problem {
  const lines = before.split('\n');
  return {
    severity: 'error',
    code: 'PROTO_IMPORT_MISSING',
    message: `The imported file "${imported}" is neither beside this one nor beside the .proto files that are given.`,
    places: [{ file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }],
  };
}
