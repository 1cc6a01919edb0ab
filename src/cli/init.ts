import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { findFileFault } from '../config/source-file.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { readVersion } from './read-version.ts';
import { createStarterProject } from './starter-project.ts';
import type { Terminal } from './terminal.ts';

/** `selvedge init`: a small project that runs. Overwrites nothing. */
export function initCommand(terminal: Terminal): Command {
  return new Command('init')
    .description('write a small project that runs')
    .argument('[dir]', 'where', '.')
    .option('--json', 'print the files as JSON')
    .action(async (directory: string, { json }: { readonly json?: true }) => {
      const files = createStarterProject(toPackageName(path.basename(path.resolve(directory))), readVersion());
      await refuseOverwriting(directory, [...files.keys()]);
      for (const [file, content] of files) {
        await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
        await writeFile(path.join(directory, file), content, { flag: 'wx' });
      }
      if (json) return terminal.printJson({ directory: path.resolve(directory), files: [...files.keys()] });
      const enter = directory === '.' ? '' : `cd ${directory} && `;
      terminal.print(`${[...files.keys()].join('\n')}\n\nNow: ${enter}npm install && npm run dev`);
    });
}

async function refuseOverwriting(directory: string, files: readonly string[]): Promise<void> {
  const faults = await Promise.all(files.map((file) => findFileFault(path.join(directory, file))));
  const taken = files.filter((_, index) => faults[index] !== 'does not exist');
  if (taken.length === 0) return;
  const verb = taken.length === 1 ? 'is' : 'are';
  throw new CommandFailure(EXIT.wrongInput, `${taken.join(', ')} ${verb} there already. Nothing was written.`);
}

function toPackageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'my-gateway' : name;
}
