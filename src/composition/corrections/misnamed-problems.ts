import type { Problem } from '../../errors/problem.ts';
import { remedyFor } from '../remedies.ts';
import type { Correction } from './correction.ts';

/** The composer's code, how its message is known, and Apollo's code. */
const MISNAMED: readonly (readonly [code: string, message: RegExp, apollo: string])[] = [
  ['LIST_SIZE_INVALID_SIZED_FIELD', /is not a list\. Try to add/, 'LIST_SIZE_APPLIED_TO_NON_LIST'],
  ['INVALID_GRAPHQL', /^Interface field \S+ expects type \S+ but \S+ of type/, 'FIELD_TYPE_MISMATCH'],
  ['CONTEXT_NAME_INVALID', /^Context name "[^"]*_[^"]*" is invalid/, 'CONTEXT_NAME_CONTAINS_UNDERSCORE'],
  ['INVALID_GRAPHQL', /There can be only one directive named/, 'INVALID_LINK_DIRECTIVE_USAGE'],
];

/**
 * `@theguild/federation-composition` 0.27.0 gives a few problems other codes than Apollo's. An entry can go when its
 * composition in `test/composition/fixtures` keeps its code without it.
 */
export const misnamedProblems: Correction = {
  amend: (problems) => problems.filter((problem) => !isEcho(problem, problems)).map(rename),
};

function rename(problem: Problem): Problem {
  const entry = MISNAMED.find(([code, message]) => code === problem.code && message.test(problem.message));
  return entry === undefined ? problem : { ...problem, code: entry[2], remedy: remedyFor(entry[2]) };
}

// A definition that clashes with the specification's is refused as wrong, and once more as a second one.
function isEcho(problem: Problem, problems: readonly Problem[]): boolean {
  const name = /There can be only one directive named "(@\w+)"/.exec(problem.message)?.[1];
  return (
    name !== undefined &&
    problems.some(({ code, message }) => code === 'DIRECTIVE_DEFINITION_INVALID' && message.includes(`"${name}"`))
  );
}
