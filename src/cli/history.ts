import { Command, InvalidArgumentError } from 'commander';
import type { HistoryEntry } from '../registry/graph-version.ts';
import { addRegistryOptions, askRegistry, type RegistryOptions } from './registry-options.ts';
import { printable, type Terminal } from './terminal.ts';

type Options = RegistryOptions & { readonly json?: true; readonly limit: number };

/** `selvedge history`: what was published and what was refused, newest first. */
export function historyCommand(terminal: Terminal): Command {
  const command = new Command('history')
    .description('list what was published to a registry and what was refused, newest first')
    .argument('[name]', 'only this subgraph')
    .option('--limit <count>', 'how many entries, 1 to 999', parseLimit, 50);
  return addRegistryOptions(command).action(async (subgraph: string | undefined, options: Options) => {
    const entries = await askRegistry(options, (registry) => registry.history({ subgraph, limit: options.limit }));
    if (options.json) return terminal.printJson({ entries });
    if (entries.length === 0) return terminal.say(describeNothing(subgraph));
    for (const entry of entries) terminal.print(printable(describeEntry(entry)));
  });
}

function describeNothing(subgraph: string | undefined): string {
  return subgraph === undefined
    ? 'Nothing has been published yet.'
    : `Nothing has been published as "${subgraph}". Without a name, history lists every subgraph.`;
}

function parseLimit(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected 1 to 999.');
}

function describeEntry({ at, action, subgraph, version, graphVersion, by, problems }: HistoryEntry): string {
  const what = version === null ? subgraph : `${subgraph} version ${version}`;
  const graph = graphVersion === null ? '' : `  graph ${graphVersion}`;
  const reasons = problems.map(({ code, message }) => `\n    ${code}  ${message}`).join('');
  return `${at}  ${action.padEnd(9)}  ${what}${graph}  by ${by}${reasons}`;
}
