import { createJsonLog, createTextLog, type Log } from '../observability/log.ts';

/** Logs to standard error: for people on a terminal, JSON lines for machines. */
export function createProcessLog(): Log {
  const write = (line: string): void => void process.stderr.write(line);
  return process.stderr.isTTY ? createTextLog(write) : createJsonLog(write);
}
