import { importModule, ModuleError } from '../../config/import-module.ts';
import { toDisplayName } from '../../config/source-file.ts';
import { type Place, type Problem, ProblemsError } from '../../errors/problem.ts';

/**
 * The default export of a module of resolvers (`.ts` or `.js`), or its `resolvers` export. The module is read anew each
 * time, with what it imports by relative paths. Throws ProblemsError if it can't be loaded.
 */
export async function loadResolvers(path: string): Promise<unknown> {
  const module = await importResolvers(path);
  const resolvers = module['default'] ?? module['resolvers'];
  if (resolvers !== undefined) return resolvers;
  const remedy = 'Export them as default: export default defineResolvers<Resolvers>({ … }).';
  throw problem('exports no resolvers.', { file: toDisplayName(path), line: 1, column: 1 }, remedy);
}

async function importResolvers(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importModule(path);
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error;
    throw problem(`can't be loaded: ${error.message}`, error.place, error.remedy);
  }
}

function problem(message: string, place: Place, remedy: string | undefined): ProblemsError {
  const found: Problem = {
    severity: 'error',
    code: 'RESOLVERS_INVALID',
    message: `The resolvers' module ${message}`,
    remedy,
    places: [place],
  };
  return new ProblemsError([found]);
}
