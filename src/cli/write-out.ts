import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';

/** Does the writing that `--out` asks for; what keeps it from being done is the caller's to mend. */
export async function writeOut<T>(file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    const what = describeWriteError(cause);
    if (what === undefined) throw cause;
    throw new CommandFailure(EXIT.wrongInput, `--out: ${file} can't be written: ${what}`, { cause });
  }
}

function describeWriteError(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such folder. Make it first.';
  if (code === 'EISDIR') return 'it is a folder. Name a file in it.';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not write there.';
  return typeof code === 'string' && error instanceof Error ? error.message : undefined;
}
