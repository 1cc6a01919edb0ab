import { Command } from 'commander';
import { loadConfig } from '../config/load-config.ts';
import { configJsonSchema } from '../config/schema.ts';
import { findConfig } from './load-settings.ts';
import type { Terminal } from './terminal.ts';

type CheckOptions = { readonly config?: string; readonly json?: true };

/** `selvedge config check` and `selvedge config schema`. */
export function configCommand(terminal: Terminal): Command {
  const check = new Command('check')
    .description('say everything that is wrong with the config')
    .option('-c, --config <file>', 'config file')
    .option('--json', 'print the problems as JSON')
    .action(async ({ config: named, json }: CheckOptions) => {
      const file = findConfig(named);
      const { config } = await loadConfig(file);
      const { checkConfig } = await import('../gateway/check-config.ts');
      await checkConfig(config);
      if (json) terminal.printJson({ problems: [] });
      else terminal.print(`${file} is right: it serves ${describeGraph(config.graph)}.`);
    });
  const schema = new Command('schema')
    .description('print the JSON Schema of the config, for editors')
    .option('--json', 'the same: the schema is JSON')
    .action(() => terminal.printJson(configJsonSchema()));
  return new Command('config')
    .description('check the config, or print its schema')
    .addCommand(check)
    .addCommand(schema);
}

type Graph = Awaited<ReturnType<typeof loadConfig>>['config']['graph'];

function describeGraph({ subgraphs, supergraph, registry }: Graph): string {
  if (supergraph !== undefined) return 'a supergraph';
  const count = Object.keys(subgraphs ?? {}).length;
  const counted = `${count} ${count === 1 ? 'subgraph' : 'subgraphs'}`;
  if (registry === undefined) return counted;
  return count === 0 ? 'a registry' : `a registry, seeded with ${counted}`;
}
