import path from 'node:path';
import type { SourceText } from '../model/subgraph.ts';
import { isDescriptorSet } from './descriptor-set-file.ts';
import { findFileFault, readBytesFile, readSourceFile } from './source-file.ts';

const IMPORT = /^\s*import\s+(?:public\s+|weak\s+)?"([^"\n]+)"\s*;/gm;

/**
 * Reads .proto files and what they import, the given ones first, and descriptor sets, whose text is base64. An import is looked for beside the file that has it and
 * beside the given ones; a missing one is found when the subgraph is read. Each file is named by its path, or by its import
 * name where the path does not end with that. Throws ProblemsError for a given file that can't be read.
 */
export async function readProtoFiles(roots: readonly string[]): Promise<SourceText[]> {
  const folders = roots.map((root) => path.dirname(root));
  const queue: { readonly file: string; readonly importName?: string }[] = roots.map((file) => ({ file }));
  const texts = new Map<string, SourceText>();
  for (const { file, importName } of queue) {
    if (texts.has(file)) continue;
    const { name, text } = isDescriptorSet(file) ? await readBytesFile(file) : await readSourceFile(file);
    texts.set(file, { name: importName === undefined || name.endsWith(importName) ? name : importName, text });
    for (const imported of isDescriptorSet(file) ? [] : importsOf(text)) {
      const found = await findImport(imported, [path.dirname(file), ...folders]);
      if (found !== undefined) queue.push({ file: found, importName: imported });
    }
  }
  return [...texts.values()];
}

function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
  return [...code.matchAll(IMPORT)].flatMap(([, imported]) => imported ?? []);
}

async function findImport(imported: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const candidate = path.resolve(folder, imported);
    if ((await findFileFault(candidate)) === undefined) return candidate;
  }
  return undefined;
}
