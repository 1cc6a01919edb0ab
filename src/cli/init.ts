import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { findFileFault } from '../config/source-file.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { readOwnPackage } from './own-package.ts';
import { createStarterProject, STARTER_FILES } from './starter-project.ts';
import type { Terminal } from './terminal.ts';

/** `selvedge init`: a small project that runs. Overwrites nothing. */
export function initCommand(terminal: Terminal): Command {
  return new Command('init')
    .description('write a small project that runs')
    .argument('[dir]', 'where', '.')
    .option('--json', 'print the files as JSON')
    .action(async (directory: string, { json }: { readonly json?: true }) => {
      await refuseOverwriting(directory, STARTER_FILES);
      const files = createStarterProject(await makeFolder(directory), readOwnPackage());
      for (const [file, content] of files) {
        await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
        await writeFile(path.join(directory, file), content, { flag: 'wx' });
      }
      if (json) return terminal.printJson({ directory: path.resolve(directory), files: [...files.keys()] });
      const enter = directory === '.' ? '' : `cd ${directory} && `;
      terminal.print(`${[...files.keys()].join('\n')}\n\nNow: ${enter}npm install && npm run dev`);
    });
}

/** Makes the folder; gives its path without symbolic links, which a relative path out of it could not cross. */
async function makeFolder(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true });
    return await realpath(directory);
  } catch (cause) {
    throw new CommandFailure(EXIT.wrongInput, `${directory}: the folder can't be made. Choose another.`, { cause });
  }
}

async function refuseOverwriting(directory: string, files: readonly string[]): Promise<void> {
  const faults = await Promise.all(files.map((file) => findFileFault(path.join(directory, file))));
  const taken = files.filter((_, index) => faults[index] !== 'does not exist');
  if (taken.length === 0) return;
  const verb = taken.length === 1 ? 'is' : 'are';
  throw new CommandFailure(EXIT.wrongInput, `${taken.join(', ')} ${verb} there already. Nothing was written.`);
}
