import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Place } from '../errors/problem.ts';
import { toDisplayName } from './source-file.ts';

/** A user's module that can't be loaded: the message says why, as a sentence. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
  readonly place: Place;
  readonly remedy: string | undefined;

  constructor(cause: unknown, place: Place) {
    super(describe(cause), { cause });
    this.place = place;
    this.remedy = remedyOf(cause, place);
  }
}

// Of the process, as the module cache is. Counted, so that the first load has the same name in each process: compiled code
// is kept on the disk by name.
let loads = 0;

/**
 * Imports a user's ES module (`.ts` or `.js`) as the files now are: itself, and what it and those import by relative
 * paths. Packages and CommonJS modules are loaded once. Throws ModuleError.
 */
export async function importModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  const absolute = await realpath(file).catch(() => path.resolve(file));
  const mark = `?load=${(loads += 1)}`;
  const files = [absolute];
  // The query makes a module a new one for the module cache; those that a marked one imports are marked as well.
  const hooks = registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const resolved = nextResolve(specifier, context);
      const isOwn = /^\.\.?\//.test(specifier) && context.parentURL?.endsWith(mark) === true;
      if (!isOwn || !resolved.url.startsWith('file:') || resolved.url.includes('?')) return resolved;
      files.push(fileURLToPath(resolved.url));
      return { ...resolved, url: resolved.url + mark };
    },
  });
  try {
    return await withinTime(import(pathToFileURL(absolute).href + mark) as Promise<Record<string, unknown>>);
  } catch (error) {
    throw new ModuleError(error, await findPlace(error, files));
  } finally {
    hooks.deregister();
  }
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(process.cwd() + path.sep, '').replaceAll(/\?load=\d+/g, '');
}

/** A module that waits for ever would keep the start, and every later reload, waiting with it. */
async function withinTime<T>(loading: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const late = `It has not been loaded within ${LONGEST_MS / 1000} s: it awaits something that does not come.`;
  const timer = setTimeout(() => reject(new Error(late)), LONGEST_MS);
  loading.then(resolve, reject);
  return promise.finally(() => clearTimeout(timer));
}

const LONGEST_MS = 10_000;

function remedyOf(cause: unknown, { file }: Place): string | undefined {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return 'Types are stripped, and nothing is compiled: write a union of texts or an object instead of an enum, a module instead of a namespace, and declare what a constructor sets.';
  return isCommonJs(cause)
    ? `It is read as CommonJS. Write "type": "module" into the package.json above it, or end its name in .m${path.extname(file).slice(-2)}.`
    : undefined;
}

// The words of V8 for what only an ES module may hold.
function isCommonJs(error: unknown): boolean {
  return (
    error instanceof SyntaxError &&
    /Unexpected token 'export'|Cannot use import statement outside a module/.test(error.message)
  );
}

async function findPlace(error: unknown, files: readonly string[]): Promise<Place> {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const found = readPlace(stack, files) ?? (error instanceof SyntaxError ? await findSyntaxError(files) : undefined);
  return found ?? { file: toDisplayName(files[0] ?? ''), line: 1, column: 1 };
}

/** Of a syntax error in JavaScript Node tells the place only where it ends the process. */
async function findSyntaxError(files: readonly string[]): Promise<Place | undefined> {
  for (const file of files) {
    const place = readPlace(await checkSyntax(file), files);
    if (place !== undefined) return place;
  }
  return undefined;
}

function checkSyntax(file: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--check', file], (_, __, stderr) => resolve(stderr));
  });
}

/** The place in one of the files that a stack begins with (`file:line`, lines up to that one, carets below), or else its first frame. */
function readPlace(stack: string, files: readonly string[]): Place | undefined {
  const head = /^(?:file:\/\/)?(\/[^\n?]*?)(?:\?[^\n:]*)?:(\d+)\n(?:[^\n]*\n){1,9}?( *)\^+ *\n/.exec(stack);
  const frames = stack.matchAll(/\bat (?:[^\n]*\()?(?:file:\/\/)?(\/[^\n?]*?)(?:\?[^\n:]*)?:(\d+):(\d+)\)?$/gm);
  for (const [, file = '', line = '', last = ''] of [...(head === null ? [] : [head]), ...frames]) {
    if (!files.includes(decodeURI(file))) continue;
    const column = last.trim() === '' ? last.length + 1 : Number(last);
    return { file: toDisplayName(decodeURI(file)), line: Number(line), column };
  }
  return undefined;
}
