import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { createDocuments } from '../document/documents.ts';
import { loadGraph } from '../gateway/load-graph.ts';
import { createPlanner } from '../planning/planner.ts';
import { printPlan } from '../planning/print-plan.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { loadSettings } from './load-settings.ts';
import type { Terminal } from './terminal.ts';

type Options = {
  readonly query: string;
  readonly operation?: string;
  readonly config?: string;
  readonly supergraph?: string;
  readonly json?: true;
};

/** `selvedge plan`: what a query would fetch, from whom and in what order. */
export function planCommand(terminal: Terminal): Command {
  return new Command('plan')
    .description('show the query plan of an operation')
    .requiredOption('-q, --query <file>', 'file with the operation; - reads standard input')
    .option('--operation <name>', 'which operation of the file')
    .option('-c, --config <file>', 'config file')
    .option('--supergraph <file>', 'plan against this supergraph')
    .option('--json', 'print the plan as JSON')
    .action(async (options: Options) => {
      const { config } = await loadSettings({ config: options.config, supergraph: options.supergraph });
      const query = await readQuery(options.query);
      const { supergraph } = await loadGraph(config);
      const documents = createDocuments({ apiSchema: supergraph.apiSchema, introspection: true, suggestions: true });
      const plan = await createPlanner(supergraph).plan(documents.read(query, options.operation));
      if (options.json) terminal.printJson(plan);
      else terminal.print(printPlan(plan));
    });
}

async function readQuery(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CommandFailure(EXIT.wrongInput, `The query file ${file} can't be read.`, { cause });
  }
}
