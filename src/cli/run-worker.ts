import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import type { Gateway } from '../edge/create-gateway.ts';
import type { Log } from '../observability/log.ts';
import type { FollowingGateway } from './open-following.ts';
import { createProcessLog } from './process-log.ts';
import { describeGraph, exitSoon, listenOrClose } from './run-gateway.ts';
import { stopSignal } from './stop-signal.ts';
import { type ServingReport, STOP, WORKER_VARIABLE } from './worker-messages.ts';

/** Whether this process was forked to be one of several gateways. */
export function isWorker(): boolean {
  return cluster.isWorker && process.env[WORKER_VARIABLE] !== undefined;
}

/** Like the process's log, and each line says which worker wrote it. */
function createWorkerLog(): Log {
  const log = createProcessLog();
  return (level, message, fields) => log(level, message, { worker: process.pid, ...fields });
}

/** Serves, and follows changes, until the primary or a signal says stop, or the primary is gone; then ends in order. */
export async function runWorker(open: (log: Log) => Promise<FollowingGateway>): Promise<void> {
  const stopMessage = hearStop();
  try {
    const { gateway, follow } = await open(createWorkerLog());
    const stopped = Promise.race([stopSignal(), stopMessage]);
    const address = await listenOrClose(gateway);
    cluster.worker?.send(toReport('serving', gateway, address));
    const following = await follow(() => cluster.worker?.send(toReport('updated', gateway, address)));
    await stopped;
    await Promise.all([following.close(), gateway.close()]);
  } finally {
    leaveCluster();
  }
}

/** The channel to the primary would keep the process alive. */
function leaveCluster(): void {
  if (cluster.worker?.isConnected() === true) cluster.worker.disconnect();
  exitSoon();
}

function toReport(
  kind: ServingReport['kind'],
  gateway: Gateway,
  address: Awaited<ReturnType<Gateway['listen']>>,
): ServingReport {
  const graph = gateway.graph();
  return {
    kind,
    ...address,
    graph: describeGraph(gateway),
    hints: graph?.hints ?? [],
    fingerprint: createHash('sha256')
      .update(graph?.supergraph.sdl ?? '')
      .digest('base64url'),
  };
}

/** Resolves when the primary says so, or can say nothing any more. */
function hearStop(): Promise<void> {
  const { worker } = cluster;
  return new Promise((resolve) => {
    worker?.on('message', (message: unknown) => {
      if (message === STOP) resolve();
    });
    worker?.once('disconnect', () => {
      worker.exitedAfterDisconnect = true; // without it, Node would end the process at once, with what is open
      resolve();
    });
  });
}
