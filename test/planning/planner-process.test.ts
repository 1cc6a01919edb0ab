import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlannerProcess } from '../../src/planning/planner-process.ts';
import type { PlanNatively, PlannerChild } from '../../src/planning/planner-child.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Processes that answer nothing until told to, and a log of what they are asked and when they end. */
function fakeProcesses() {
  const log: string[] = [];
  const open = new Map<string, () => void>();
  const crash: (() => void)[] = [];
  let started = 0;
  const start = (): PlannerChild => {
    started += 1;
    const name = `process ${started}`;
    let ended = false;
    const rejects = new Set<(error: Error) => void>();
    const end = (word: string) => {
      if (!ended) log.push(`${name} ${word}`);
      ended = true;
      for (const reject of rejects) reject(new Error(word));
    };
    crash.push(() => end('crashes'));
    log.push(`${name} starts`);
    return {
      ready: Promise.resolve(),
      hasEnded: () => ended,
      end: () => end('is ended'),
      plan: ({ text }) =>
        new Promise((resolve, reject) => {
          log.push(`${name}: ${text}`);
          rejects.add(reject);
          open.set(text, () => resolve(null));
        }),
    };
  };
  const settled = () => vi.advanceTimersByTimeAsync(0);
  return {
    log,
    start,
    settled,
    crash: (index: number) => crash[index]?.(),
    answer: async (text: string) => {
      open.get(text)?.();
      await settled();
    },
  };
}

const ask = (text: string) => (plan: PlanNatively) => plan({ text, labels: [], percent: 100 });

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'planned',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error)),
  );

describe("the planner's process", () => {
  it('plans one operation after the other', async () => {
    const { start, log, answer, settled } = fakeProcesses();
    const { run } = createPlannerProcess({ start, timeoutMs: 100 });
    const both = [outcome(run(ask('a'))), outcome(run(ask('b')))];
    await settled();
    expect(log).toEqual(['process 1 starts', 'process 1: a']);
    await answer('a');
    expect(log).toEqual(['process 1 starts', 'process 1: a', 'process 1: b']);
    await answer('b');
    expect(await Promise.all(both)).toEqual(['planned', 'planned']);
  });

  it('is not started for nothing', () => {
    const { start, log } = fakeProcesses();
    createPlannerProcess({ start, timeoutMs: 100 }).close();
    expect(log).toEqual([]);
  });

  it('is ended where an operation takes too long with all its questions, and the next one has a new process', async () => {
    const { start, log, answer } = fakeProcesses();
    const { run } = createPlannerProcess({ start, timeoutMs: 100 });
    const slow = outcome(run((plan) => ask('a')(plan).then(() => ask('b')(plan))));
    const next = outcome(run(ask('c')));
    await vi.advanceTimersByTimeAsync(60);
    await answer('a');
    await vi.advanceTimersByTimeAsync(60);
    expect(await slow).toBe('OPERATION_TOO_COSTLY');
    await answer('c');
    expect(await next).toBe('planned');
    expect(log).toEqual([
      'process 1 starts',
      'process 1: a',
      'process 1: b',
      'process 1 is ended',
      'process 2 starts',
      'process 2: c',
    ]);
  });

  it('says how long it took, what to ask instead, and the setting', async () => {
    const { start } = fakeProcesses();
    const planning = createPlannerProcess({ start, timeoutMs: 250 }).run(ask('a'));
    const refused = expect(planning).rejects.toThrow(
      /longer than 250 ms\. Ask for fewer levels of fields on interfaces and unions.* limits\.planning\./,
    );
    await vi.advanceTimersByTimeAsync(250);
    await refused;
  });

  it('refuses what would wait too long', async () => {
    const { start, settled } = fakeProcesses();
    const { run } = createPlannerProcess({ start, timeoutMs: 100 });
    const first = outcome(run(ask('first')));
    await settled();
    const waiting = Array.from({ length: 9 }, (_, index) => outcome(run(ask(`${index}`))));
    expect(await waiting.at(-1)).toBe('OVERLOADED');
    await vi.advanceTimersByTimeAsync(900);
    expect(await first).toBe('OPERATION_TOO_COSTLY');
    expect(await Promise.all(waiting)).toEqual([
      ...Array.from({ length: 8 }, () => 'OPERATION_TOO_COSTLY'),
      'OVERLOADED',
    ]);
    expect(await Promise.race([outcome(run(ask('later'))), Promise.resolve('accepted')])).toBe('accepted');
  });

  it('may crash: its operation fails, and the next one has a new process', async () => {
    const { start, crash, settled, answer } = fakeProcesses();
    const { run } = createPlannerProcess({ start, timeoutMs: 100 });
    const fatal = outcome(run(ask('a')));
    await settled();
    crash(0);
    expect(await fatal).toBe('Error: crashes');
    const next = outcome(run(ask('b')));
    await settled();
    await answer('b');
    expect(await next).toBe('planned');
  });

  it('ends when nothing was asked for half a minute', async () => {
    const { start, log, answer, settled } = fakeProcesses();
    const { run } = createPlannerProcess({ start, timeoutMs: 100 });
    for (const text of ['a', 'b']) {
      const planning = run(ask(text));
      await settled();
      await answer(text);
      await planning;
      await vi.advanceTimersByTimeAsync(29_000);
    }
    expect(log).not.toContain('process 1 is ended');
    await vi.advanceTimersByTimeAsync(1000);
    expect(log).toContain('process 1 is ended');
  });

  it('ends with the planner, and so does what it was asked', async () => {
    const { start, log, settled } = fakeProcesses();
    const { run, close } = createPlannerProcess({ start, timeoutMs: 100 });
    const both = [outcome(run(ask('a'))), outcome(run(ask('b')))];
    await settled();
    close();
    expect(await Promise.all(both)).toEqual(['Error: is ended', 'GRAPH_UNAVAILABLE']);
    expect(log.at(-1)).toBe('process 1 is ended');
    expect(vi.getTimerCount()).toBe(0);
  });
});
