import type { ExitCode } from './exit-codes.ts';

/** Ends a command with one line on standard error. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: ExitCode;
  /** It is in the result that the command has printed as JSON. */
  readonly isInResult: boolean;

  constructor(
    exitCode: ExitCode,
    message: string,
    { isInResult = false, ...options }: { readonly cause?: unknown; readonly isInResult?: boolean } = {},
  ) {
    super(message, options);
    this.exitCode = exitCode;
    this.isInResult = isInResult;
  }
}
