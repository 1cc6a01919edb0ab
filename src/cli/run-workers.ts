import cluster from 'node:cluster';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { forkWorker } from './fork-worker.ts';
import { createProcessLog } from './process-log.ts';
import type { RunOptions } from './run-gateway.ts';
import { stopSignal } from './stop-signal.ts';
import { WorkerPool } from './worker-pool.ts';

/** Keeps this many gateways on one port until SIGINT or SIGTERM, then has them end in order. A second signal ends all at once. */
export async function runWorkers(count: number, { terminal, json }: RunOptions): Promise<void> {
  if (!cluster.isPrimary) {
    const message = 'workers: this process is itself one of a cluster, and can start no others. Set workers: 1.';
    throw new CommandFailure(EXIT.wrongInput, message);
  }
  const pool = new WorkerPool({ count, startWorker: forkWorker, log: createProcessLog() });
  process.once('exit', () => pool.kill());
  if (!process.stdin.isTTY) process.on('SIGHUP', () => pool.reload());
  const stopped = stopSignal();
  const report = await Promise.race([pool.start(), stopped]).catch((error: unknown) => {
    pool.kill();
    throw error;
  });
  if (report !== undefined) {
    terminal.sayProblems(report.hints);
    const { url, port, graph } = report;
    if (json) terminal.print(JSON.stringify({ url, port }));
    else terminal.print(`Selvedge serves ${graph} with ${count} workers at ${terminal.style('bold', url)}`);
    await stopped;
  }
  if (!json) terminal.say('Ending: open requests are finished first. A second signal ends at once.');
  await pool.stop();
}
