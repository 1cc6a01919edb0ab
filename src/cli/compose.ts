import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { loadSettings } from './load-settings.ts';
import type { Terminal } from './terminal.ts';
import { writeOut } from './write-out.ts';

type Options = { readonly config?: string; readonly out?: string; readonly json?: true };

/** `selvedge compose`: the supergraph, or everything that keeps the subgraphs from being one. */
export function composeCommand(terminal: Terminal): Command {
  return new Command('compose')
    .description('compose the subgraphs and print the supergraph, or every error and hint')
    .option('-c, --config <file>', 'config file')
    .option('-o, --out <file>', 'write the supergraph there')
    .option('--json', 'print the supergraph and the hints, or the problems, as JSON')
    .action(async ({ config: file, out, json }: Options) => {
      const { loadGraph } = await import('../gateway/load-graph.ts');
      const { config } = await loadSettings({ config: file });
      const { supergraph, hints } = await loadGraph(config);
      const count = supergraph.subgraphs.length;
      terminal.sayProblems(hints);
      if (out !== undefined) await writeOut(out, () => writeFile(out, supergraph.sdl));
      if (json) terminal.printJson({ supergraph: supergraph.sdl, hints });
      else if (out === undefined) terminal.print(supergraph.sdl);
      else terminal.say(`${count} ${count === 1 ? 'subgraph' : 'subgraphs'} composed into ${out}.`);
    });
}
