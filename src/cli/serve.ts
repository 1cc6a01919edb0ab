import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import type { Config } from '../config/schema.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { outliveHangup } from './follow-changes.ts';
import { modeOption, parsePort } from './listen-options.ts';
import { loadSettings } from './load-settings.ts';
import { openFollowing } from './open-following.ts';
import { createProcessLog } from './process-log.ts';
import { runGateway } from './run-gateway.ts';
import { isWorker, runWorker } from './run-worker.ts';
import { runWorkers } from './run-workers.ts';
import type { Terminal } from './terminal.ts';

type Options = {
  readonly config?: string;
  readonly port?: number;
  readonly supergraph?: string;
  readonly mode?: Config['mode'];
  readonly record?: string;
  readonly replay?: string;
  readonly json?: boolean;
};

/** `selvedge serve`. */
export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description('serve the graph')
    .option('-c, --config <file>', 'config file')
    .option('-p, --port <number>', 'port to listen on; 0: any free one', parsePort)
    .option('--supergraph <file>', 'serve this supergraph instead of what the config names')
    .addOption(modeOption())
    .option('--record <file>', 'write every call of a service and its answer into this new file')
    .addOption(
      new Option('--replay <file>', 'answer calls out of such a file; no service is called').conflicts('record'),
    )
    .option('--json', 'say in JSON where it serves')
    .action(async ({ json = false, record, replay, ...settings }: Options) => {
      outliveHangup();
      if (isWorker()) return runWorker((log) => openFollowing(settings, { log }));
      const { config } = await loadSettings(settings);
      const count = countWorkers(config);
      if (count > 1 && (record !== undefined || replay !== undefined)) throw severalWorkers();
      if (count > 1) return runWorkers(count, { terminal, json });
      const { gateway, follow } = await openFollowing(settings, { log: createProcessLog(), record, replay });
      return runGateway(gateway, { terminal, json, follow });
    });
}

function severalWorkers(): CommandFailure {
  const message = 'A recording is one process’s: set workers: 1 to record or replay.';
  return new CommandFailure(EXIT.wrongInput, message);
}

function countWorkers({ workers }: Config): number {
  return workers === 'auto' ? availableParallelism() : workers;
}
