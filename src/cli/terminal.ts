import { stripVTControlCharacters, styleText } from 'node:util';
import { type Problem, printProblem } from '../errors/problem.ts';

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

/** Where a command's words go. Results go to standard output, all else to standard error. */
export type Terminal = {
  readonly print: (text: string) => void;
  readonly printJson: (value: unknown) => void;
  /** For output that is a JSON object a line. */
  readonly printJsonLine: (value: unknown) => void;
  readonly say: (line: string) => void;
  readonly sayProblems: (problems: readonly Problem[]) => void;
  /** Standard output in this style, where it is a terminal. */
  readonly style: (style: Style, text: string) => string;
};

/** The process's own terminal. Colour only where there is one, and NO_COLOR is not set. */
export function createTerminal(): Terminal {
  const { stdout, stderr } = process;
  const say = (line: string): void => void stderr.write(`${line}\n`);
  return {
    print: (text) => void stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    printJson: (value) => void stdout.write(`${JSON.stringify(value, toPlain, 2)}\n`),
    printJsonLine: (value) => void stdout.write(`${JSON.stringify(value, toPlain)}\n`),
    say,
    sayProblems: (problems) => {
      for (const problem of problems) say(highlight(problem, printable(printProblem(problem))));
    },
    style: (style, text) => styleText(style, text, { stream: stdout }),
  };
}

/** Text that can't steer the terminal it is printed on: it may come from a registry or a schema. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- taking control characters out is the point
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

function toPlain(_: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  return value instanceof Set ? [...value] : value;
}

function highlight(problem: Problem, text: string): string {
  const code = printable(problem.code);
  const label = problem.severity === 'hint' ? `hint ${code}` : code;
  const style = problem.severity === 'hint' ? 'yellow' : 'red';
  return text.replace(label, () => styleText(style, label, { stream: process.stderr }));
}
