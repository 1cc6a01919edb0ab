type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Writes one event. Values are JSON-encoded, so nothing a client sends can forge a line. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** One JSON object a line, for machines. */
export function createJsonLog(write: (line: string) => void): Log {
  return (level, message, fields) => {
    write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...toPlain(fields, level) })}\n`);
  };
}

/** `level message key=value …`, for a person at a terminal; control characters are escaped. */
export function createTextLog(write: (line: string) => void): Log {
  return (level, message, fields) => {
    const rest = Object.entries(toPlain(fields, level)).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
    write(`${level.padEnd(5)} ${escapeControl(message)}${rest.join('')}\n`);
  };
}

/** Writes nothing. */
export const silentLog: Log = () => {};

// Only our own faults are worth a stack: a service's trouble says all in its message.
function toPlain(fields: Readonly<Record<string, unknown>> | undefined, level: LogLevel): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields ?? {})) {
    plain[key] = value instanceof Error ? describeError(value, level === 'error') : value;
  }
  return plain;
}

function describeError(error: Error, withStack: boolean): Record<string, unknown> {
  return {
    name: error.name,
    message: error.message,
    ...(withStack ? { stack: error.stack } : {}),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause, withStack) } : {}),
  };
}

function escapeControl(text: string): string {
  // oxlint-disable-next-line no-control-regex -- escaping control characters is the point
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) =>
    JSON.stringify(character).slice(1, -1),
  );
}
