import { ProblemsError } from '../errors/problem.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { RegistryClientError } from '../registry/registry-client.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printable, type Terminal } from './terminal.ts';
import { WorkerFailure } from './worker-failure.ts';

export type FailureView = {
  readonly terminal: Terminal;
  /** Machines get a failure as JSON on standard output too. */
  readonly json: boolean;
  /** The stack of an unexpected error is shown. */
  readonly verbose: boolean;
};

type Failure = { readonly exitCode: ExitCode; readonly lines: readonly string[]; readonly json: object };

/** Says what ended a command, and gives its exit code. */
export function reportFailure(error: unknown, { terminal, json, verbose }: FailureView): ExitCode {
  if (error instanceof WorkerFailure) return error.exitCode;
  const failure = toFailure(error);
  if (error instanceof ProblemsError) terminal.sayProblems(error.problems);
  for (const line of failure.lines) terminal.say(printable(line));
  const isInResult = error instanceof CommandFailure && error.isInResult;
  if (json && !isInResult) terminal.printJsonLine(failure.json); // it may follow lines
  if (verbose && error instanceof Error && error.stack !== undefined) terminal.say(error.stack);
  return failure.exitCode;
}

function toFailure(error: unknown): Failure {
  if (error instanceof ProblemsError) {
    return {
      exitCode: isOutside(error) ? EXIT.outside : EXIT.wrongInput,
      lines: [],
      json: { problems: error.problems },
    };
  }
  if (error instanceof GatewayError) return oneLine(EXIT.wrongInput, describeGatewayError(error));
  if (error instanceof CommandFailure) return oneLine(error.exitCode, error.message);
  if (error instanceof RegistryClientError) {
    return oneLine(error.kind === 'refused' ? EXIT.wrongInput : EXIT.outside, error.message);
  }
  return systemFailure(error) ?? unexpected(error);
}

/** Nothing but services that did not say what they offer. */
export function isOutside({ problems }: ProblemsError): boolean {
  return problems.every(({ code }) => code === 'CONTRACT_UNAVAILABLE');
}

function describeGatewayError({ code, message, detail }: GatewayError): string {
  return `${code}  ${message}${detail === undefined ? '' : ` (${detail})`}`;
}

/** Trouble that the operating system names. */
function systemFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const port = 'port' in error && typeof error.port === 'number' ? String(error.port) : '';
  switch (error.code) {
    case 'EADDRINUSE':
      return oneLine(EXIT.outside, `Port ${port} is in use. Stop what listens there, or choose another with --port.`);
    case 'EADDRNOTAVAIL':
      return oneLine(EXIT.outside, 'listen.host is not an address of this machine.');
    case 'EACCES':
      return oneLine(EXIT.outside, `Permission is denied: ${error.message}.`);
    case 'ENOSPC':
    case 'EROFS':
      return oneLine(EXIT.outside, `A file can't be written: ${error.message}.`);
    default:
      return undefined;
  }
}

function unexpected(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ''] = message.split('\n');
  return oneLine(EXIT.outside, `Unexpected error: ${first} (--verbose shows where)`);
}

function oneLine(exitCode: ExitCode, line: string): Failure {
  return { exitCode, lines: [line], json: { error: { message: line } } };
}
