import { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import type { Gateway } from '../edge/create-gateway.ts';
import { parsePort } from './listen-options.ts';
import { loadSettings, type SettingsOptions } from './load-settings.ts';
import { reportFailure } from './report-failure.ts';
import { describeGraph, openGateway, runGateway } from './run-gateway.ts';
import type { Terminal } from './terminal.ts';
import { watchSources } from './watch-sources.ts';

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
      const { config, files } = await loadSettings(settings);
      const gateway = await openGateway(config);
      const watcher = await watchSources(config, files, async () => {
        const next = await rebuild(gateway, config, settings, { terminal, verbose });
        if (next !== undefined) watcher.follow(next.config, next.files);
      });
      try {
        await runGateway(gateway, { terminal, json });
      } finally {
        await watcher.close();
      }
    });
}

type RebuildView = { readonly terminal: Terminal; readonly verbose: boolean };

/** Swaps in the graph as the files now have it; where they are broken, says why, and the last good one goes on. */
async function rebuild(
  gateway: Gateway,
  running: Config,
  settings: SettingsOptions,
  { terminal, verbose }: RebuildView,
) {
  try {
    const next = await loadSettings(settings);
    await gateway.reload(next.config);
    terminal.sayProblems(gateway.graph()?.hints ?? []);
    terminal.say(`graph updated: ${describeGraph(gateway)}`);
    const stale = findUnfollowed(running, next.config);
    if (stale.length > 0) terminal.say(`Start again for the new ${stale.join(', ')}.`);
    return next;
  } catch (error) {
    reportFailure(error, { terminal, json: false, verbose });
    terminal.say('The last good graph goes on being served.');
    return undefined;
  }
}

/** Settings that were taken when the process began. All others belong to the graph that is served, and follow a change. */
const TAKEN: Readonly<Record<string, (config: Config) => unknown>> = {
  listen: ({ listen }) => listen,
  'auth.jwt': ({ auth }) => auth.jwt,
  'limits.bodyBytes': ({ limits }) => limits.bodyBytes,
  graphiql: ({ graphiql }) => graphiql,
  'graph.registry': ({ graph }) => graph.registry,
};

function findUnfollowed(running: Config, next: Config): string[] {
  return Object.entries(TAKEN)
    .filter(([, read]) => JSON.stringify(read(running)) !== JSON.stringify(read(next)))
    .map(([name]) => name);
}
