import { readFile, stat } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import type { Place } from '../errors/problem.ts';
import { importFault } from './import-fault.ts';

const MAX_BYTES = 64 * 1024 * 1024;
/** Past this, a place is told by its pointer alone: finding its line would take longer than reading the file. */
const MAX_PLACED_BYTES = 4 * 1024 * 1024;

/** One file of a description, parsed. Its values hold nothing but JSON. */
export type DescriptionFile = {
  readonly name: string;
  readonly value: unknown;
  /** Where the value of a JSON pointer (without `#`) stands. */
  readonly placeOf: (pointer: string) => Place;
};

/** Reads JSON or YAML. Throws a ProblemsError that names the place where it can't be read. */
export async function loadDescriptionFile(name: string): Promise<DescriptionFile> {
  return parseDescription(name, await loadText(name));
}

/** The text of a description's file; a ProblemsError where there is none, or too much. */
async function loadText(name: string): Promise<string> {
  try {
    const { size } = await stat(name);
    if (size > MAX_BYTES) {
      throw importFault('IMPORT_TOO_LARGE', `${name} has ${size} bytes; ${MAX_BYTES} are read at most.`, {
        remedy: 'Split the description, and import its parts as subgraphs of their own.',
      });
    }
    return await readFile(name, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    const what = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    throw importFault('IMPORT_UNREADABLE', `${name} can't be read: ${what}.`, {
      remedy: 'Name the file that holds the description.',
    });
  }
}

/** Parses the text of a file called `name`. */
export function parseDescription(name: string, text: string): DescriptionFile {
  const json = readJson(text);
  if (json !== undefined) return { name, value: json.value, placeOf: placeFinder(name, text) };
  const counter = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
    const [fault] = document.errors;
    if (fault === undefined)
      return { name, value: document.toJS({ maxAliasCount: 1000 }), placeOf: placeFinder(name, text) };
    const { line, col } = counter.linePos(fault.pos[0]);
    throw importFault('IMPORT_UNREADABLE', `It is neither JSON nor YAML: ${fault.message.replace(/\.?$/, '.')}`, {
      remedy: 'Correct it at this place.',
      place: { file: name, line, column: col },
    });
  } catch (error) {
    if (error instanceof RangeError || error instanceof ReferenceError) {
      throw importFault('IMPORT_TOO_LARGE', `${name} is nested too deeply, or its aliases grow too large.`, {
        remedy: 'Write out what the aliases stand for.',
      });
    }
    throw error;
  }
}

function readJson(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function placeFinder(file: string, text: string): (pointer: string) => Place {
  let find: ((path: readonly string[]) => Place) | undefined;
  const start = { file, line: 1, column: 1 };
  return (pointer) => {
    if (text.length > MAX_PLACED_BYTES) return start;
    find ??= compileFinder(file, text);
    return find(splitPointer(pointer));
  };
}

function compileFinder(file: string, text: string): (path: readonly string[]) => Place {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
      if (!Array.isArray(range) || typeof range[0] !== 'number') continue;
      const { line, col } = counter.linePos(range[0]);
      return { file, line, column: col };
    }
    return { file, line: 1, column: 1 };
  };
}

/** The keys of a JSON pointer (RFC 6901), without `#`. */
export function splitPointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer to a key of what this pointer names. */
export function joinPointer(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
