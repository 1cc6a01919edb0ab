import path from 'node:path';
import type { SourceText } from '../model/subgraph.ts';
import { isDescriptorSet } from './descriptor-set-file.ts';
import { findFileFault, readBytesFile, readSourceFile } from './source-file.ts';

const IMPORT = /^\s*import\s+(?:public\s+|weak\s+)?"([^"\n]+)"\s*;/gm;

/**
 * Reads .proto files and what they import, the given ones first, and descriptor sets, whose text is base64. An import is
 * looked for beside the file that has it, beside the given ones, and where the packages of any of these begin
 * (`a/b/c.proto` of the package `a.b`); a missing one is found when the subgraph is read. Each file is named by its path,
 * or by its import name where the path does not end with that. Throws ProblemsError for a given file that can't be read.
 */
export async function readProtoFiles(roots: readonly string[]): Promise<SourceText[]> {
  const folders = new Set(await foldersOf(roots));
  const queue: { readonly file: string; readonly importName?: string }[] = roots.map((file) => ({ file }));
  const texts = new Map<string, SourceText>();
  for (const { file, importName } of queue) {
    if (texts.has(file)) continue;
    const { name, text } = isDescriptorSet(file) ? await readBytesFile(file) : await readSourceFile(file);
    texts.set(file, { name: importName === undefined || name.endsWith(importName) ? name : importName, text });
    if (isDescriptorSet(file)) continue;
    for (const folder of packageFolders(file, text)) folders.add(folder);
    for (const imported of importsOf(text)) {
      const found = await findImport(imported, [path.dirname(file), ...folders]);
      if (found !== undefined) queue.push({ file: found, importName: imported });
    }
  }
  return [...texts.values()];
}

/** Where the imports of all that is given may be: beside these files, and where their packages begin. */
async function foldersOf(roots: readonly string[]): Promise<readonly string[]> {
  const texts = roots.filter((file) => !isDescriptorSet(file));
  const found = texts.map(async (file) => packageFolders(file, (await readSourceFile(file)).text));
  return [...roots.map((file) => path.dirname(file)), ...(await Promise.all(found)).flat()];
}

function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
  return [...code.matchAll(IMPORT)].flatMap(([, imported]) => imported ?? []);
}

/** A file of the package `a.b` stands in `a/b` of the folder that imports are named from. */
function packageFolders(file: string, text: string): readonly string[] {
  const [, name = ''] = /(?:^|;)\s*package\s+([\w.]+)\s*;/m.exec(text) ?? [];
  const folders = [path.dirname(file)];
  for (const part of name.split('.').toReversed()) {
    const last = folders.at(-1) ?? '';
    if (path.basename(last) !== part) break;
    folders.push(path.dirname(last));
  }
  return folders.slice(1);
}

/** Imports are named from such a folder, never out of it. */
async function findImport(imported: string, folders: readonly string[]): Promise<string | undefined> {
  if (path.isAbsolute(imported) || imported.split('/').includes('..')) return undefined;
  for (const folder of folders) {
    const candidate = path.resolve(folder, imported);
    if ((await findFileFault(candidate)) === undefined) return candidate;
  }
  return undefined;
}
