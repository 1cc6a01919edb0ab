type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Writes one event. Values are JSON-encoded, so nothing a client sends can forge a line. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** One JSON object a line, for machines. */
export function createJsonLog(write: (line: string) => void): Log {
  return (level, message, fields = {}) => {
    const plain = Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? describeError(value, hasStacks(level)) : value,
    ]);
    const line = { time: new Date().toISOString(), level, message, ...Object.fromEntries(plain) };
    write(`${JSON.stringify(line)}\n`);
  };
}

/** `level message key=value …` for a person at a terminal, stacks indented below it; control characters are escaped. */
export function createTextLog(write: (line: string) => void): Log {
  return (level, message, fields = {}) => {
    const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
    const errors = entries.flatMap(([, value]) => (value instanceof Error && hasStacks(level) ? [value] : []));
    const told = new Set(errors.flatMap(toChain).map((error) => error.message));
    const rest = entries.flatMap(([key, value]) =>
      errors.includes(value as Error) || told.has(String(value)) ? [] : [` ${key}=${printValue(value)}`],
    );
    write(
      `${level.padEnd(5)} ${escapeControl(message)}${rest.join('')}\n${errors.map((error) => printStacks(error, message)).join('')}`,
    );
  };
}

/** Writes nothing. */
export const silentLog: Log = () => {};

// Only our own faults are worth a stack: a service's trouble says all in its message.
function hasStacks(level: LogLevel): boolean {
  return level === 'error';
}

function describeError(error: Error, withStack: boolean): Record<string, unknown> {
  const [own = error, ...causes] = toChain(error);
  const cause = causes[0];
  return {
    name: own.name,
    message: own.message,
    ...(withStack ? { stack: own.stack } : {}),
    ...(cause === undefined ? {} : { cause: describeError(cause, withStack) }),
  };
}

/** An error and its causes. Of those that say the same, one wrapped in the other, only the innermost is kept. */
function toChain(error: Error): readonly Error[] {
  const { cause } = error;
  if (!(cause instanceof Error)) return [error];
  const causes = toChain(cause);
  return causes[0]?.message === error.message ? causes : [error, ...causes];
}

function printValue(value: unknown): string {
  return JSON.stringify(value instanceof Error ? toChain(value).map(String).join(': ') : value);
}

// All of it is indented: no text in it can pass for a line of the log. What only says the line's message again, and was
// made of something else, is left out; so is the mark of a module that was loaded anew.
function printStacks(error: Error, message: string): string {
  const chain = toChain(error);
  const [first, ...causes] = chain;
  return (first?.message === message && causes.length > 0 ? causes : chain)
    .map(
      (one, index) => `${index === 0 ? '' : 'caused by '}${(one.stack ?? String(one)).replaceAll(/\?load=\d+/g, '')}`,
    )
    .flatMap((stack) => stack.split('\n'))
    .map((line) => `      ${escapeControl(line)}\n`)
    .join('');
}

function escapeControl(text: string): string {
  // oxlint-disable-next-line no-control-regex -- escaping control characters is the point
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) =>
    JSON.stringify(character).slice(1, -1),
  );
}
