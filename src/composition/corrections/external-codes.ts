import type { Problem } from '../../errors/problem.ts';
import { print } from 'graphql';
import type { FieldInSubgraph } from '../federated-subgraph.ts';
import { remedyFor } from '../remedies.ts';
import type { Correction } from './correction.ts';

const EXTERNAL_CODES: Readonly<Record<string, string>> = {
  FIELD_TYPE_MISMATCH: 'EXTERNAL_TYPE_MISMATCH',
  FIELD_ARGUMENT_TYPE_MISMATCH: 'EXTERNAL_ARGUMENT_TYPE_MISMATCH',
  FIELD_ARGUMENT_DEFAULT_MISMATCH: 'EXTERNAL_ARGUMENT_DEFAULT_MISMATCH',
};

/**
 * `@theguild/federation-composition` 0.27.0 reports an `@external` field that differs from the one it stands for as if
 * both were resolved. Apollo has codes of its own: it is the external field that is wrong.
 */
export const externalCodes: Correction = {
  amend(problems, { fields }) {
    const amended = problems.map((problem) => amendProblem(problem, fields));
    return amended.filter(
      (problem, index) =>
        problems[index] === problem ||
        !amended.some(
          (other, position) =>
            position !== index &&
            other === problems[position] &&
            other.code === problem.code &&
            other.coordinate === problem.coordinate,
        ),
    );
  },
};

function amendProblem(problem: Problem, fields: ReadonlyMap<string, readonly FieldInSubgraph[]>): Problem {
  const code = EXTERNAL_CODES[problem.code];
  const defined = fields.get(problem.coordinate ?? '') ?? [];
  if (code === undefined || !differInExternalsOnly(defined)) return problem;
  return { ...problem, code, remedy: remedyFor(code) };
}

function differInExternalsOnly(defined: readonly FieldInSubgraph[]): boolean {
  const resolving = defined.filter(({ subgraph, type, field }) => !subgraph.isExternal(type, field));
  if (resolving.length === defined.length) return false;
  const shapes = new Set(
    resolving.map(({ field }) => print({ ...field, directives: [], description: undefined } as typeof field)),
  );
  return shapes.size === 1;
}
