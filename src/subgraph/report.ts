import type { ASTNode } from 'graphql';
import type { Place, Problem } from '../errors/problem.ts';

/** One thing wrong in a subgraph's files. `at` is where: nodes of the SDL, or places in other files. */
export type Fault = {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string | undefined;
  readonly coordinate?: string | undefined;
  readonly at: ASTNode | Place | readonly ASTNode[] | undefined;
};

/** Collects everything that is wrong in one subgraph. */
export type Report = {
  readonly problems: readonly Problem[];
  readonly error: (fault: Fault) => void;
  /** Something that works and may be dear or dangerous. */
  readonly hint: (fault: Fault) => void;
};

/** An empty report of the subgraph of this name. A fault that is reported twice is kept once. */
export function createReport(subgraph: string): Report {
  const problems = new Map<string, Problem>();
  const add = (severity: Problem['severity'], { at, ...fault }: Fault): void => {
    const problem: Problem = { severity, ...fault, subgraph, places: toPlaces(at) };
    problems.set(JSON.stringify([problem.code, problem.message, problem.places]), problem);
  };
  return {
    get problems() {
      return [...problems.values()];
    },
    error: (fault) => add('error', fault),
    hint: (fault) => add('hint', fault),
  };
}

/** A sentence ends once: what is said may be a question. */
export function toSentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** Whether something at these coordinates has been told already that makes further faults of the same place doubtful. */
export function isWrong({ problems }: Report, coordinate: string): boolean {
  return problems.some((problem) => problem.severity === 'error' && problem.coordinate === coordinate);
}

/** Where an AST node starts in its file; undefined for nodes that were not parsed from one. */
export function toPlace(node: ASTNode): Place | undefined {
  const { loc } = node;
  if (loc === undefined) return undefined;
  return { file: loc.source.name, line: loc.startToken.line, column: loc.startToken.column };
}

function toPlaces(at: Fault['at']): readonly Place[] {
  if (at === undefined) return [];
  const all: readonly (ASTNode | Place)[] = Array.isArray(at) ? at : [at];
  return all.flatMap((item) => ('file' in item ? item : (toPlace(item) ?? [])));
}
