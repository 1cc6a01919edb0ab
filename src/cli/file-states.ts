import { stat } from 'node:fs/promises';

/** What tells one state of a file, wherever links lead, from another; a file that is not there has one too. */
async function readState(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return 'gone';
  }
}

/** Tells whether one of the files has another state than at the call before. The first call tells no. */
export class FileStates {
  #known = new Map<string, string>();

  async haveChanged(files: Iterable<string>): Promise<boolean> {
    const former = this.#known;
    const states = await Promise.all([...files].map(async (file) => [file, await readState(file)] as const));
    this.#known = new Map(states);
    return states.some(([file, state]) => former.has(file) && former.get(file) !== state);
  }
}
