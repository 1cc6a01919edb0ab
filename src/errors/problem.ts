/** Where something wrong stands. `file` as the user named it; line and column count from 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

/**
 * One thing wrong (or, as a hint, dangerous) in a schema, a config or a proto.
 * `message` says what was expected and what was found; `remedy` what to do.
 */
export type Problem = {
  readonly severity: 'error' | 'hint';
  /** A stable word: Apollo's composition code where there is one, else one of ours (UPPER_SNAKE_CASE). */
  readonly code: string;
  readonly message: string;
  readonly remedy?: string | undefined;
  /** Schema coordinate (`Type.field`) or config key (`graph.subgraphs.a`). */
  readonly coordinate?: string | undefined;
  readonly subgraph?: string | undefined;
  readonly places: readonly Place[];
};

/** Misconfiguration: every problem that was found, thrown once. */
export class ProblemsError extends Error {
  override readonly name = 'ProblemsError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(printProblem).join('\n'));
    this.problems = problems;
  }
}

/** `file:line:column  CODE  message` and the remedy below it, as plain text without colour. */
export function printProblem(problem: Problem): string {
  const places = problem.places.map((place) => `${place.file}:${place.line}:${place.column}`).join(', ');
  const head = [places, problem.severity === 'hint' ? `hint ${problem.code}` : problem.code, problem.message]
    .filter((part) => part !== '')
    .join('  ');
  return problem.remedy === undefined ? head : `${head}\n    ${problem.remedy}`;
}
