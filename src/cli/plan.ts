import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import { readSourceFile } from '../config/source-file.ts';
import { ProblemsError } from '../errors/problem.ts';
import { RequestErrors } from '../errors/request-errors.ts';
import type { SourceText } from '../model/subgraph.ts';
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
      const source = await readQuery(options.query);
      const { plan, printed } = await planQuery(config, source, options.operation).catch((error: unknown) => {
        throw error instanceof RequestErrors ? toProblems(error, source.name) : error;
      });
      if (options.json) terminal.printJson(plan);
      else terminal.print(printed);
    });
}

async function planQuery(config: Config, query: SourceText, operationName: string | undefined) {
  const [{ loadGraph }, { createDocuments }, { createPlanner }, { printPlan }] = await Promise.all([
    import('../gateway/load-graph.ts'),
    import('../document/documents.ts'),
    import('../planning/planner.ts'),
    import('../planning/print-plan.ts'),
  ]);
  const { supergraph } = await loadGraph(config);
  const { apiSchema } = supergraph;
  const documents = createDocuments({ apiSchema, introspection: true, suggestions: true, limits: config.limits });
  const planner = createPlanner(supergraph, { limit: config.limits.planning });
  const plan = planner.plan(documents.read(query.text, operationName));
  return { plan, printed: plan.root === null ? 'Nothing is fetched.' : printPlan(plan) };
}

async function readQuery(file: string): Promise<SourceText> {
  return file === '-' ? { name: '<stdin>', text: await text(process.stdin) } : readSourceFile(path.resolve(file));
}

function toProblems({ errors }: RequestErrors, file: string): ProblemsError {
  return new ProblemsError(
    errors.map(({ code, message, locations = [] }) => {
      const places = locations.map(({ line, column }) => ({ file, line, column }));
      return { severity: 'error', code, message, places };
    }),
  );
}
