import type { Config } from '../config/schema.ts';
import type { Gateway, GatewayOptions } from '../edge/create-gateway.ts';
import type { Following } from './follow-changes.ts';
import { createProcessLog } from './process-log.ts';
import { stopSignal } from './stop-signal.ts';
import type { Terminal } from './terminal.ts';

// What a library left open must not keep a gateway alive that has ended.
const EXIT_GRACE_MS = 2000;

export type RunOptions = { readonly terminal: Terminal; readonly json: boolean };

export type RunGatewayOptions = RunOptions & {
  /** Begins to follow changes, once the gateway serves. */
  readonly follow: () => Promise<Following>;
};

/** A gateway that logs to standard error. Throws ProblemsError with everything that is wrong. */
export async function openGateway(config: Config, options: GatewayOptions = {}): Promise<Gateway> {
  // The gateway takes half a second to load: `--help` and its like do without.
  const { createLoadedGateway } = await import('../edge/create-gateway.ts');
  return createLoadedGateway(config, { log: createProcessLog(), ...options });
}

/** Serves until SIGINT or SIGTERM, then ends in order. A second signal ends the process at once. */
export async function runGateway(gateway: Gateway, { terminal, json, follow }: RunGatewayOptions): Promise<void> {
  const { url, port } = await listenOrClose(gateway);
  terminal.sayProblems(gateway.graph()?.hints ?? []);
  if (json) terminal.print(JSON.stringify({ url, port }));
  else terminal.print(`Selvedge serves ${describeGraph(gateway)} at ${terminal.style('bold', url)}`);
  const stopped = stopSignal();
  const following = await follow();
  await stopped;
  if (!json) terminal.say('Ending: open requests are finished first. A second signal ends at once.');
  await Promise.all([following.close(), gateway.close()]);
  exitSoon();
}

/** Opens the port; where that fails, leaves nothing open. */
export async function listenOrClose(gateway: Gateway): ReturnType<Gateway['listen']> {
  try {
    return await gateway.listen();
  } catch (error) {
    await gateway.close();
    throw error;
  }
}

/** Ends the process by itself, or before long in spite of what keeps it alive. */
export function exitSoon(): void {
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
}

/** What is served, in a few words. */
export function describeGraph(gateway: Gateway): string {
  const count = gateway.graph()?.supergraph.subgraphs.length;
  if (count === undefined) return 'an empty registry';
  return `${count} ${count === 1 ? 'subgraph' : 'subgraphs'}`;
}
