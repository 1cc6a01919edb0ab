import { Command } from 'commander';
import { ProblemsError } from '../errors/problem.ts';
import type { SchemaChange } from '../registry/schema-changes.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { printChanges } from './print-changes.ts';
import {
  addPublicationOptions,
  addRegistryOptions,
  askRegistry,
  type PublicationOptions,
  readPublication,
  type RegistryOptions,
} from './registry-options.ts';
import type { Terminal } from './terminal.ts';

type Options = RegistryOptions & PublicationOptions & { readonly json?: true; readonly allowBreaking?: true };

/** `selvedge check`: what publishing would do. Fails where it would not compose, or would break clients. */
export function checkCommand(terminal: Terminal): Command {
  const command = new Command('check')
    .description('check a subgraph against a registry, and store nothing')
    .argument('<name>', 'the subgraph')
    .option('--allow-breaking', 'breaking changes of the API schema are listed, and are no failure');
  return addRegistryOptions(addPublicationOptions(command)).action(async (name: string, options: Options) => {
    const publication = await readPublication(options);
    const outcome = await askRegistry(options, (registry) => registry.check(name, publication));
    if (outcome.status === 'refused') throw new ProblemsError(outcome.problems);
    const { changes, hints, graphVersion } = outcome;
    terminal.sayProblems(hints);
    if (options.json) terminal.printJson(outcome);
    else {
      const against = graphVersion === null ? 'an empty registry' : `graph version ${graphVersion}`;
      terminal.print(`${name} composes with ${against}. ${describeChanges(changes)}`);
      printChanges(changes, terminal);
    }
    refuseBreaking(changes, options);
  });
}

function describeChanges(changes: readonly SchemaChange[]): string {
  if (changes.length === 0) return 'Nothing changes for clients.';
  return `${changes.length} ${changes.length === 1 ? 'change' : 'changes'} for clients:`;
}

function refuseBreaking(changes: readonly SchemaChange[], { allowBreaking }: Options): void {
  const count = changes.filter(({ severity }) => severity === 'breaking').length;
  if (count === 0 || allowBreaking) return;
  const counted = `${count} breaking ${count === 1 ? 'change' : 'changes'}`;
  throw new CommandFailure(
    EXIT.wrongInput,
    `${counted}: operations of today may fail. --allow-breaking lets them pass.`,
  );
}
