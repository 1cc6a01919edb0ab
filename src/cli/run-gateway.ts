import type { Config } from '../config/schema.ts';
import type { Gateway } from '../edge/create-gateway.ts';
import { createJsonLog, createTextLog, type Log } from '../observability/log.ts';
import type { Terminal } from './terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

// A Ctrl-C reaches the process twice where what started it passes signals on: that is one wish to stop, not two.
const SAME_SIGNAL_MS = 500;

// What a library left open must not keep a gateway alive that has ended.
const EXIT_GRACE_MS = 2000;

export type RunOptions = { readonly terminal: Terminal; readonly json: boolean };

/** A gateway that logs to standard error. Throws ProblemsError with everything that is wrong. */
export async function openGateway(config: Config): Promise<Gateway> {
  // The gateway takes half a second to load: `--help` and its like do without.
  const { createLoadedGateway } = await import('../edge/create-gateway.ts');
  return createLoadedGateway(config, { log: createProcessLog() });
}

/** For people on a terminal, JSON lines for machines. */
function createProcessLog(): Log {
  const write = (line: string): void => void process.stderr.write(line);
  return process.stderr.isTTY ? createTextLog(write) : createJsonLog(write);
}

/** Serves until SIGINT or SIGTERM, then ends in order. A second signal ends the process at once. */
export async function runGateway(gateway: Gateway, { terminal, json }: RunOptions): Promise<void> {
  const { url, port } = await gateway.listen().catch(async (error: unknown) => {
    await gateway.close();
    throw error;
  });
  terminal.sayProblems(gateway.graph()?.hints ?? []);
  if (json) terminal.print(JSON.stringify({ url, port }));
  else terminal.print(`Selvedge serves ${describeGraph(gateway)} at ${terminal.style('bold', url)}`);
  await stopSignal();
  if (!json) terminal.say('Ending: open requests are finished first. A second signal ends at once.');
  await gateway.close();
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
}

/** What is served, in a few words. */
export function describeGraph(gateway: Gateway): string {
  const count = gateway.graph()?.supergraph.subgraphs.length;
  if (count === undefined) return 'an empty registry';
  return `${count} ${count === 1 ? 'subgraph' : 'subgraphs'}`;
}

/** Resolves with the first signal; from then on, a further one exits. */
function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let stoppedAt: number | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stoppedAt !== undefined && performance.now() - stoppedAt > SAME_SIGNAL_MS)
        process.exit(128 + SIGNAL_NUMBERS[signal]);
      stoppedAt ??= performance.now();
      resolve();
    });
  }
  return promise;
}
