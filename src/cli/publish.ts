import { Command } from 'commander';
import { ProblemsError } from '../errors/problem.ts';
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

type Options = RegistryOptions & PublicationOptions & { readonly json?: true };

/** `selvedge publish`: a new version of a subgraph, composed, stored and served; or everything that is wrong with it. */
export function publishCommand(terminal: Terminal): Command {
  const command = new Command('publish')
    .description('publish a subgraph to a registry')
    .argument('<name>', 'the subgraph');
  return addRegistryOptions(addPublicationOptions(command)).action(async (name: string, options: Options) => {
    const publication = await readPublication(options);
    const outcome = await askRegistry(options, (registry) => registry.publish(name, publication));
    if (outcome.status === 'refused') throw new ProblemsError(outcome.problems);
    if (outcome.status === 'published') terminal.sayProblems(outcome.hints);
    if (options.json) return terminal.printJson(outcome);
    const { version, graphVersion } = outcome;
    if (outcome.status === 'unchanged') {
      return terminal.print(`${name} is unchanged: version ${version}, in graph version ${graphVersion}.`);
    }
    terminal.print(`${name} version ${version} is live in graph version ${graphVersion}.`);
    printChanges(outcome.changes, terminal);
  });
}
