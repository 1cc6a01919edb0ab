import { Command } from 'commander';
import { followChanges } from './follow-changes.ts';
import { parsePort } from './listen-options.ts';
import { openWhenMended } from './open-when-mended.ts';
import { reportFailure } from './report-failure.ts';
import { describeGraph, runGateway } from './run-gateway.ts';
import type { Terminal } from './terminal.ts';

type Options = {
  readonly config?: string;
  readonly port?: number;
  readonly supergraph?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
};

/** `selvedge dev`: serves in development mode, and follows schemas, protos, resolvers and the config. */
export function devCommand(terminal: Terminal): Command {
  return new Command('dev')
    .description('serve in development mode, and rebuild the graph when a file changes')
    .option('-c, --config <file>', 'config file')
    .option('-p, --port <number>', 'port to listen on; 0: any free one', parsePort)
    .option('--supergraph <file>', 'serve this supergraph instead of what the config names')
    .option('--json', 'say in JSON where it serves')
    .action(async ({ json = false, verbose = false, ...options }: Options) => {
      const settings = { ...options, mode: 'development' } as const;
      const report = (error: unknown, meaning: string): void => {
        reportFailure(error, { terminal, json: false, verbose });
        terminal.say(meaning);
      };
      const onBlind = (error: unknown): void => report(error, 'Changes of files may not be seen.');
      const { read, gateway } = await openWhenMended(settings, {
        onBroken: (error) => report(error, 'Nothing is served yet: that begins with the change that mends it.'),
        onBlind,
      });
      const onUpdated = (): void => {
        terminal.sayProblems(gateway.graph()?.hints ?? []);
        terminal.say(`graph updated: ${describeGraph(gateway)}`);
      };
      const onBroken = (error: unknown): void => report(error, 'The last good graph goes on being served.');
      const follow = () => followChanges(gateway, { read, settings, onUpdated, onBroken, onBlind });
      await runGateway(gateway, { terminal, json, follow });
    });
}
