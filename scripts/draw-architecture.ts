import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** The folders of `src/`, one a box; `sources` is drawn by kind. */
function folderOf(path: string): string {
  const [first = '', second = ''] = path.split(sep);
  return first === 'sources' ? `${first}/${second}` : first;
}

/** Which folder imports which, read from the real import statements of every file below `sourceRoot`. */
function readImports(sourceRoot: string): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const entry of readdirSync(sourceRoot, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const from = folderOf(relative(sourceRoot, file));
    if (from.endsWith('.ts')) continue;
    const targets = imports.get(from) ?? new Set<string>();
    imports.set(from, targets);
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const to = folderOf(relative(sourceRoot, resolve(dirname(file), specifier)));
      if (to !== from && !to.endsWith('.ts')) targets.add(to);
    }
  }
  return imports;
}

/** Drops the arrows that two others already say, so that the picture shows the layers and not every shortcut. */
function withoutShortcuts(imports: ReadonlyMap<string, ReadonlySet<string>>): [string, string][] {
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    [...(imports.get(from) ?? [])].some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  return [...imports].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => ![...targets].some((via) => via !== to && reaches(via, to, new Set())))
      .map((to): [string, string] => [from, to]),
  );
}

/** A mermaid graph of the folders of `src/` and what they import. */
export function drawArchitecture(sourceRoot: string): string {
  const arrows = withoutShortcuts(readImports(sourceRoot))
    .map(([from, to]) => `  ${toId(from)}["${from}"] --> ${toId(to)}["${to}"]`)
    .toSorted();
  return ['```mermaid', 'flowchart TD', ...arrows, '```'].join('\n');
}

function toId(folder: string): string {
  return folder.replaceAll('/', '_');
}
