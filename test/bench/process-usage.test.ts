import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startProcess } from '../../bench/pinned-process.ts';
import { readProcessUsage } from '../../bench/process-usage.ts';

const CHILD = 'while (process.cpuUsage().user < 200_000); process.send("done"); setInterval(() => {}, 1000);';
const PARENT = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', process.env.CHILD], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.on('message', (message) => process.send(message));`;

it.runIf(process.platform === 'linux')('counts the CPU time and memory of a process with its children', async () => {
  const command = [process.execPath, '-e', PARENT];
  const parent = startProcess({ command, core: 0, env: { CHILD }, isTalking: true });
  await once(parent.child, 'message');
  const usage = readProcessUsage(parent.pid);
  await parent.stop();
  expect(usage.cpuMs).toBeGreaterThanOrEqual(190);
  expect(usage.peakBytes).toBeGreaterThan(60_000_000);
  expect(readProcessUsage(parent.pid)).toEqual({ cpuMs: 0, peakBytes: 0 });
});
