import { Command } from 'commander';
import { ConfigError } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import type { Gateway } from '../edge/create-gateway.ts';
import { parsePort } from './listen-options.ts';
import { loadSettings, type SettingsOptions } from './load-settings.ts';
import { reportFailure } from './report-failure.ts';
import { describeGraph, openGateway, runGateway } from './run-gateway.ts';
import type { Terminal } from './terminal.ts';
import { type SourceWatcher, watchSources } from './watch-sources.ts';

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
      const loaded = await loadSettings(settings);
      const { config } = loaded;
      const gateway = await openGateway(config);
      const watcher = await watchSources(loaded, async () => {
        await rebuild(gateway, { running: config, settings, follow: watcher.follow }, { terminal, verbose });
      });
      try {
        await runGateway(gateway, { terminal, json });
      } finally {
        await watcher.close();
      }
    });
}

type RebuildView = { readonly terminal: Terminal; readonly verbose: boolean };

type Rebuilding = {
  /** What the process began with. */
  readonly running: Config;
  readonly settings: SettingsOptions;
  readonly follow: SourceWatcher['follow'];
};

/** Swaps in the graph as the files now have it; where they are broken, says why, and the last good one goes on. */
async function rebuild(gateway: Gateway, { running, settings, follow }: Rebuilding, view: RebuildView) {
  const { terminal, verbose } = view;
  try {
    const next = await loadSettings(settings);
    follow(next);
    await gateway.reload(next.config);
    terminal.sayProblems(gateway.graph()?.hints ?? []);
    terminal.say(`graph updated: ${describeGraph(gateway)}`);
    const stale = findUnfollowed(running, next.config);
    if (stale.length > 0) terminal.say(`Start again for the new ${stale.join(', ')}.`);
  } catch (error) {
    // What is broken may be mended in a file that only the broken config names.
    if (error instanceof ConfigError && error.rest !== undefined) follow(error.rest);
    reportFailure(error, { terminal, json: false, verbose });
    terminal.say('The last good graph goes on being served.');
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
