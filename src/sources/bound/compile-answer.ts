import type { GraphQLOutputType } from 'graphql';
import { evaluateCode } from '../../model/generated-code.ts';
import { compileValue } from './compile-value.ts';
import type { FetchRun, Path } from './fetch-run.ts';
import type { FetchScope, ReadQuickly } from './fetch-scope.ts';
import { generateValue, type Generation, TooHard } from './generate-value.ts';
import { lazily } from './lazily.ts';
import { askAll, type Opened } from './opened.ts';
import type { SelectionPart } from './selections.ts';

/** Puts the value of a field, completed out of its call's answer, and asks for what it lacks. */
export type PutAnswer = (answer: unknown, path: Path, run: FetchRun, put: (value: unknown) => void) => void;

/** By generated code, where a fetch is run again and the answer is plainly right. */
export function compileAnswer(
  type: GraphQLOutputType,
  parts: readonly SelectionPart[],
  coordinate: string,
  scope: FetchScope,
): PutAnswer {
  const complete = compileValue(type, parts, coordinate, scope);
  const quick = lazily(() => compileQuickAnswer(type, { parts, coordinate, scope }));
  return (answer, path, run, put) => {
    const opened: Opened[] = [];
    const value = run.isRepeated ? readQuickly(quick(), { answer, path, opened }, run) : undefined;
    if (value === undefined) return put(complete(answer, false, path, run));
    put(value);
    askAll(opened, run);
  };
}

type Reading = { readonly answer: unknown; readonly path: Path; readonly opened: Opened[] };

/** undefined where it gives up, which is also what a leaf does that does not fit. */
function readQuickly(read: ReadQuickly | undefined, { answer, path, opened }: Reading, run: FetchRun): unknown {
  try {
    return read?.(answer, path, opened, run);
  } catch {
    return undefined;
  }
}

function compileQuickAnswer(
  type: GraphQLOutputType,
  {
    parts,
    coordinate,
    scope,
  }: { readonly parts: readonly SelectionPart[]; readonly coordinate: string; readonly scope: FetchScope },
): ReadQuickly | undefined {
  const generation: Generation = { uses: [], scope, opens: false };
  try {
    const lines = generateValue(generation, type, { name: 'value', path: 'path', parts, coordinate });
    return evaluateCode(generation, `(value, path, opened, run) => {\n${lines}\nreturn value;\n}`) as ReadQuickly;
  } catch (error) {
    if (error instanceof TooHard) return undefined;
    throw error;
  }
}
