import { type Place, type Problem, ProblemsError } from '../errors/problem.ts';

/** What keeps a description from being imported; docs/import.md has all of them. */
export type ImportCode =
  | 'IMPORT_UNREADABLE'
  | 'IMPORT_TOO_LARGE'
  | 'IMPORT_UNSUPPORTED'
  | 'IMPORT_REF_INVALID'
  | 'IMPORT_MERGE_IMPOSSIBLE';

type Details = { readonly remedy: string; readonly place?: Place | undefined };

/** One fault, to be thrown. */
export function importFault(code: ImportCode, message: string, details: Details): ProblemsError {
  return new ProblemsError([importProblem(code, message, details)]);
}

/** One fault, to be collected. */
export function importProblem(code: ImportCode, message: string, { remedy, place }: Details): Problem {
  return { severity: 'error', code, message, remedy, places: place === undefined ? [] : [place] };
}
