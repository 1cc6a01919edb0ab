import path from 'node:path';
import { type Place, type Problem, ProblemsError } from '../errors/problem.ts';
import { type DescriptionFile, joinPointer, loadDescriptionFile, splitPointer } from './description-file.ts';
import { importFault, importProblem } from './import-fault.ts';

const MAX_FILES = 1000;
const MAX_HOPS = 50;

/** A value of a description with its place. `key` is unique: the file's name and the JSON pointer. */
export type Located = { readonly value: unknown; readonly file: string; readonly pointer: string };

/** A description with all the files it refers to. */
export type Description = {
  readonly root: Located;
  /** What a `$ref` leads to, at last; the value itself where there is none. Broken ones are reported, and undefined. */
  readonly follow: (at: Located) => Located | undefined;
  readonly placeOf: (at: Located) => Place;
  /** Throws what `follow` found broken. */
  readonly assertSound: () => void;
};

/**
 * Loads a file and all that its `$ref`s name in its folder. What can't be read, or is elsewhere, is reported by `follow`: a
 * description may name what nothing of the schema needs, such as a message's format that is not read anyway.
 */
export async function loadDescription(file: string): Promise<Description> {
  const root = path.normalize(file);
  const first = await loadDescriptionFile(root);
  const files = new Map([[root, first]]);
  const faults = new Map<string, readonly Problem[]>();
  const waiting = [...findReferencedFiles(first, path.dirname(root))];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (files.has(name) || faults.has(name)) continue;
    const loaded = await loadOrFault(name);
    if ('problems' in loaded) {
      faults.set(name, loaded.problems);
      continue;
    }
    files.set(name, loaded);
    waiting.push(...findReferencedFiles(loaded, path.dirname(root)));
    if (files.size > MAX_FILES) {
      throw importFault('IMPORT_TOO_LARGE', `${file} refers to more than ${MAX_FILES} files.`, {
        remedy: 'Bundle the description into one file.',
      });
    }
  }
  return describeFiles(root, files, faults);
}

async function loadOrFault(name: string): Promise<DescriptionFile | { readonly problems: readonly Problem[] }> {
  try {
    return await loadDescriptionFile(name);
  } catch (error) {
    if (error instanceof ProblemsError) return { problems: error.problems };
    throw error;
  }
}

/** A description that is these files; `faults` are of those that could not be read. */
export function describeFiles(
  root: string,
  files: ReadonlyMap<string, DescriptionFile>,
  faults: ReadonlyMap<string, readonly Problem[]> = new Map(),
): Description {
  const problems = new Map<string, Problem>();
  const placeOf = ({ file, pointer }: Located): Place =>
    files.get(file)?.placeOf(pointer) ?? { file, line: 1, column: 1 };

  function report(at: Located, message: string, remedy: string): undefined {
    const problem = importProblem('IMPORT_REF_INVALID', message, { remedy, place: placeOf(at) });
    problems.set(`${at.file}${at.pointer}`, problem);
    return undefined;
  }

  function reportFile(at: Located, ref: string, file: string): undefined {
    for (const problem of faults.get(file) ?? []) problems.set(file, problem);
    if (faults.has(file)) return undefined;
    return report(
      at,
      `"${ref}" is outside of the description's folder.`,
      'Put that file beside the description, and refer to it by a relative path.',
    );
  }

  function follow(at: Located): Located | undefined {
    let current = at;
    for (let hops = 0; hops < MAX_HOPS; hops++) {
      const ref = refOf(current.value);
      if (ref === undefined) return current;
      const [name = '', pointer = ''] = ref.split('#');
      const file = name === '' ? current.file : path.join(path.dirname(current.file), name);
      if (!files.has(file)) return reportFile(at, ref, file);
      const keys = splitPointer(decode(pointer));
      const value = readKeys(files.get(file)?.value, keys);
      if (value === undefined) {
        return report(at, `"${ref}" leads nowhere.`, 'Correct the reference, or add what it names.');
      }
      current = { value, file, pointer: keys.reduce(joinPointer, '') };
    }
    return report(at, `"${String(refOf(at.value))}" leads back to itself.`, 'Make one of the references a schema.');
  }

  return {
    root: { value: files.get(root)?.value, file: root, pointer: '' },
    follow,
    placeOf,
    assertSound: () => {
      if (problems.size > 0) throw new ProblemsError([...problems.values()]);
    },
  };
}

/** A key of an object or list, with its place; undefined where there is none. */
export function childOf(at: Located, ...keys: readonly (string | number)[]): Located | undefined {
  const value = readKeys(at.value, keys.map(String));
  return value === undefined ? undefined : { value, file: at.file, pointer: keys.reduce(joinPointer, at.pointer) };
}

/** The entries of an object, or the items of a list, each with its place. */
export function childrenOf(at: Located | undefined): readonly (readonly [string, Located])[] {
  if (typeof at?.value !== 'object' || at.value === null) return [];
  return Object.entries(at.value).map(([key, value]) => [
    key,
    { value: value as unknown, file: at.file, pointer: joinPointer(at.pointer, key) },
  ]);
}

/** An object's own properties; none of anything else. */
export function fieldsOf(at: Located | undefined): Readonly<Record<string, unknown>> {
  return isRecord(at?.value) ? at.value : {};
}

/** The text that stands under a key. */
export function textOf(at: Located | undefined, key: string): string | undefined {
  const value = fieldsOf(at)[key];
  return typeof value === 'string' ? value : undefined;
}

export function refOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value['$ref'] === 'string' ? value['$ref'] : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readKeys(value: unknown, keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What stands here is data, not description. */
const notSchemas: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'enum', 'const']);

function findReferencedFiles(file: DescriptionFile, folder: string): readonly string[] {
  const found = new Set<string>();
  const waiting: { readonly value: object; readonly pointer: string }[] = [];
  const visit = (value: unknown, pointer: string): void => {
    if (typeof value === 'object' && value !== null) waiting.push({ value, pointer });
  };
  visit(file.value, '');
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [target = ''] = refOf(next.value)?.split('#') ?? [];
    if (target !== '') found.add(target);
    for (const [key, inner] of Object.entries(next.value)) {
      if (!notSchemas.has(key)) visit(inner, joinPointer(next.pointer, key));
    }
  }
  return [...found].flatMap((target) => insideFolder(target, folder, file) ?? []);
}

/** A description leads to no other file of the machine, and to no address. */
function insideFolder(target: string, folder: string, { name }: DescriptionFile): string | undefined {
  const file = path.join(path.dirname(name), target);
  const isInside = !path.isAbsolute(target) && !path.relative(folder, file).startsWith('..');
  return !/^[a-z][a-z0-9+.-]+:/i.test(target) && isInside ? file : undefined;
}

/** The last name of a reference: `Cat` of `#/components/schemas/Cat`, `cat.yaml#/Cat` and `Cat`. */
export function splitReference(ref: string): string {
  const [file = '', pointer = ''] = ref.split('#');
  const last = pointer.split('/').at(-1) ?? '';
  return last === '' ? (file.split('/').at(-1) ?? '').replace(/\.(ya?ml|json)$/, '') : decode(last);
}

/** A place for people and machines: `openapi.yaml#/paths/~1users/get`. */
export function pointerOf({ file, pointer }: Located): string {
  return `${file}#${pointer}`;
}
