import cluster from 'node:cluster';
import { isServingReport, STOP, WORKER_VARIABLE } from './worker-messages.ts';
import type { StartWorker } from './worker-slot.ts';

/** Starts this command once more, as a worker on the port that all share. */
export const forkWorker: StartWorker = ({ onServing, onEnd }) => {
  const worker = cluster.fork({ [WORKER_VARIABLE]: '1' });
  worker.on('message', (message: unknown) => {
    if (isServingReport(message)) onServing(message);
  });
  worker.on('error', () => {
    // Without a process there is no exit. Else it was a message to one that has just died.
    if (worker.process.pid === undefined) onEnd({ code: null, signal: null });
  });
  worker.once('exit', (code: number | null, signal: string | null) => onEnd({ code, signal }));
  return {
    pid: worker.process.pid,
    stop: (state) => {
      if (state === 'starting') worker.process.kill('SIGTERM');
      else worker.send(STOP);
    },
    reload: () => void worker.process.kill('SIGHUP'),
    kill: () => void worker.process.kill('SIGKILL'),
  };
};
