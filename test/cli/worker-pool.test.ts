import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkerPool } from '../../src/cli/worker-pool.ts';
import type { ServingReport } from '../../src/cli/worker-messages.ts';
import type { WorkerEvents } from '../../src/cli/worker-slot.ts';

const report: ServingReport = {
  kind: 'serving',
  url: 'http://127.0.0.1:4000/graphql',
  port: 4000,
  graph: '1 subgraph',
  hints: [],
  fingerprint: 'a',
};

/** A pool over made-up processes; `log` holds what happens to them and what is logged, in order. */
function createPool(count: number) {
  const log: string[] = [];
  const workers: (WorkerEvents & { readonly die: (signal: string) => void })[] = [];
  const pool = new WorkerPool({
    count,
    log: (level, message) => void log.push(`${level}: ${message}`),
    startWorker: (events) => {
      const number = workers.length;
      workers.push({ ...events, die: (signal) => events.onEnd({ code: null, signal }) });
      log.push(`start ${number}`);
      return {
        pid: number,
        stop: (state) => void log.push(`stop ${number}, ${state}`),
        reload: () => void log.push(`reload ${number}`),
        kill: () => {
          log.push(`kill ${number}`);
          events.onEnd({ code: null, signal: 'SIGKILL' });
        },
      };
    },
  });
  const worker = (number: number) => {
    const found = workers[number];
    if (found === undefined) throw new Error(`There is no worker ${number}: ${log.join(', ')}`);
    return found;
  };
  return { pool, log, worker, started: () => workers.length };
}

async function startPool(count: number) {
  const created = createPool(count);
  const started = created.pool.start();
  for (let number = 0; number < count; number++) created.worker(number).onServing(report);
  await started;
  created.log.length = 0;
  return created;
}

const REPLACED = 'error: A worker ended unasked, and will be replaced.';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a worker pool', () => {
  it('starts one worker first, and the others when it serves', async () => {
    const { pool, log, worker } = createPool(3);
    const started = pool.start();
    expect(log).toEqual(['start 0']);
    worker(0).onServing(report);
    expect(log).toEqual(['start 0', 'start 1', 'start 2']);
    worker(1).onServing(report);
    worker(2).onServing(report);
    expect(await started).toBe(report);
  });

  it('has the workers that serve look at their files', async () => {
    const { pool, log, worker } = createPool(2);
    void pool.start();
    worker(0).onServing(report);
    log.length = 0;
    pool.reload();
    expect(log).toEqual(['reload 0']);
  });

  it('compares a new worker with what the others serve by now', async () => {
    const { log, worker } = await startPool(2);
    worker(0).onServing({ ...report, kind: 'updated', fingerprint: 'b' });
    worker(1).onServing({ ...report, kind: 'updated', fingerprint: 'b' });
    worker(1).die('SIGSEGV');
    await vi.advanceTimersByTimeAsync(1000);
    worker(2).onServing({ ...report, fingerprint: 'b' });
    expect(log).toEqual([REPLACED, 'start 2']);
  });

  it('gives up with the exit code of a first worker that says what is wrong', async () => {
    const { pool, log, worker } = createPool(2);
    const started = pool.start();
    worker(0).onEnd({ code: 1, signal: null });
    await expect(started).rejects.toMatchObject({ name: 'WorkerFailure', exitCode: 1 });
    await vi.runAllTimersAsync();
    expect(log).toEqual(['start 0']);
  });

  it('gives up when workers die five times within a minute before all have served', async () => {
    const { pool, worker, started: startedCount } = createPool(2);
    const started = expect(pool.start()).rejects.toMatchObject({
      exitCode: 3,
      message: 'Workers ended 5 times within a minute, before all of them had served. The log says how.',
    });
    worker(0).onServing(report);
    for (let number = 1; number <= 5; number++) {
      worker(number).die('SIGSEGV');
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(startedCount()).toBe(6);
    await started;
  });

  it('goes on where deaths are far between', async () => {
    const { pool, worker } = createPool(1);
    const started = pool.start();
    for (let number = 0; number < 6; number++) {
      worker(number).die('SIGSEGV');
      await vi.advanceTimersByTimeAsync(30_000);
    }
    worker(6).onServing(report);
    expect(await started).toBe(report);
  });

  it('replaces what dies after 1 s, doubling to 30 s, and after a steady minute from the beginning', async () => {
    const { worker, started } = await startPool(1);
    const delays: number[] = [];
    for (let number = 0; number < 8; number++) {
      if (number === 7) await vi.advanceTimersByTimeAsync(60_000);
      const from = performance.now();
      worker(number).die('SIGKILL');
      while (started() === number + 1) await vi.advanceTimersToNextTimerAsync();
      delays.push(performance.now() - from);
    }
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 1000]);
  });

  it('tells of a new worker that serves another graph, or another port', async () => {
    const { log, worker } = await startPool(2);
    worker(0).die('SIGKILL');
    await vi.advanceTimersByTimeAsync(1000);
    worker(2).onServing({ ...report, fingerprint: 'b', url: 'http://127.0.0.1:4001/graphql' });
    expect(log).toEqual([
      REPLACED,
      'start 2',
      'error: A new worker serves another graph than the others: files have changed. SIGHUP has all look.',
      'warn: All workers had ended, and port 0 has become another.',
    ]);
  });

  it('has all end in order, those that wait to be replaced too', async () => {
    const { pool, log, worker } = await startPool(3);
    worker(0).die('SIGKILL');
    worker(1).die('SIGKILL');
    await vi.advanceTimersByTimeAsync(1000);
    worker(3).onServing(report);
    worker(3).die('SIGKILL');
    const stopped = pool.stop();
    worker(2).onEnd({ code: 0, signal: null });
    worker(4).die('SIGTERM');
    await stopped;
    expect(vi.getTimerCount()).toBe(0);
    expect(log.slice(4)).toEqual([REPLACED, 'stop 4, starting', 'stop 2, serving']);
  });

  it('kills what has not ended 35 s after it was told to', async () => {
    const { pool, log, worker } = await startPool(2);
    const stopped = pool.stop();
    worker(0).onEnd({ code: 0, signal: null });
    await vi.advanceTimersByTimeAsync(35_000);
    await stopped;
    expect(log).toEqual([
      'stop 0, serving',
      'stop 1, serving',
      'error: A worker did not end in time, and is killed.',
      'kill 1',
    ]);
  });
});
