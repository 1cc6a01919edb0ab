import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Problem, ProblemsError } from '../../errors/problem.ts';

/**
 * The default export of a module of resolvers (`.ts` or `.js`), or its `resolvers` export. The module is read anew each
 * time; what it imports is not. Throws ProblemsError if it can't be loaded.
 */
export async function loadResolvers(path: string): Promise<unknown> {
  const module = await importModule(path, `${pathToFileURL(resolve(path)).href}?load=${randomUUID()}`);
  const resolvers = module.default ?? module.resolvers;
  if (resolvers !== undefined) return resolvers;
  throw new ProblemsError([
    problem(path, 'exports no resolvers.', 'Export them as default: export default defineResolvers<Resolvers>({ … }).'),
  ]);
}

async function importModule(path: string, url: string): Promise<Record<string, unknown>> {
  try {
    return await import(url);
  } catch (error) {
    throw new ProblemsError([
      problem(path, `can't be loaded: ${error instanceof Error ? error.message : String(error)}`),
    ]);
  }
}

function problem(file: string, message: string, remedy?: string): Problem {
  return {
    severity: 'error',
    code: 'RESOLVERS_INVALID',
    message: `The resolvers' module ${message}`,
    remedy,
    places: [{ file, line: 1, column: 1 }],
  };
}
