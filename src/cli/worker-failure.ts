import type { ExitCode } from './exit-codes.ts';

/** Ends a command as its first worker ended, which has said why. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super('The first worker could not serve.');
    this.exitCode = exitCode;
  }
}
