import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { importFault } from './import-fault.ts';
import { type Merged, mergeImport } from './merge/merge-import.ts';

/** What writing a schema did: `merged` where there was one already. */
export type WrittenSchema = { readonly text: string; readonly merged: Omit<Merged, 'text'> | undefined };

/**
 * Writes an imported schema to a file, or brings it into what a person has made of it since. Beside the file stands
 * `<file>.imported`, the schema as it was imported last: it tells a person's edits from the description's changes.
 */
export async function writeSchemaFile(file: string, schema: string): Promise<WrittenSchema> {
  const lastImport = `${file}.imported`;
  const [mine, base] = await Promise.all([readIfThere(file), readIfThere(lastImport)]);
  if (mine !== undefined && base === undefined && mine !== schema) {
    throw importFault('IMPORT_MERGE_IMPOSSIBLE', `${file} is there already, and ${lastImport} is not.`, {
      remedy: `Without it your edits can't be told from the description's changes. Write to another file, or bring ${path.basename(lastImport)} back.`,
    });
  }
  const written =
    mine === undefined || base === undefined ? undefined : mergeImport({ base, mine, next: schema }, file);
  const { text, ...merged } = written ?? { text: schema };
  await writeFile(file, text);
  await writeFile(lastImport, schema);
  return { text, merged: 'added' in merged ? merged : undefined };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
