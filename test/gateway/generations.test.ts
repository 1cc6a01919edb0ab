import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Generations } from '../../src/gateway/generations.ts';

describe('Generations', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function engine(name: string, log: string[]) {
    return { name, close: async () => void log.push(`closed ${name}`) };
  }

  it('has nothing to give before the first swap', async () => {
    const generations = new Generations();
    expect(generations.take()).toBeUndefined();
    await generations.close(0);
  });

  it('keeps a request on the engine it began with, and closes that engine with its last request', async () => {
    const log: string[] = [];
    const generations = new Generations<ReturnType<typeof engine>>();
    generations.swap(engine('first', log));
    const early = generations.take();
    const other = generations.take();
    generations.swap(engine('second', log));
    expect(early?.value.name).toBe('first');
    expect(generations.take()?.value.name).toBe('second');
    early?.release();
    early?.release(); // releasing twice is once
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual([]);
    other?.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['closed first']);
  });

  it('tells streams of a replaced engine to end after a minute', async () => {
    const log: string[] = [];
    const generations = new Generations<ReturnType<typeof engine>>();
    generations.swap(engine('first', log));
    const stream = generations.take();
    stream?.onRetire(() => {
      log.push('told');
      stream.release();
    });
    generations.swap(engine('second', log));
    await vi.advanceTimersByTimeAsync(59_999);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['told', 'closed first']);
  });

  it('tells many streams in parts, over the last ten seconds', async () => {
    const generations = new Generations<ReturnType<typeof engine>>();
    generations.swap(engine('first', []));
    let told = 0;
    for (let n = 0; n < 1000; n += 1) {
      const stream = generations.take();
      stream?.onRetire(() => {
        told += 1;
        stream.release();
      });
    }
    generations.swap(engine('second', []));
    const counts: number[] = [];
    await vi.advanceTimersByTimeAsync(50_000);
    for (let second = 0; second <= 10; second += 1) {
      counts.push(told);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(counts).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('closes the current engine, waiting for requests', async () => {
    const log: string[] = [];
    const generations = new Generations<ReturnType<typeof engine>>();
    generations.swap(engine('only', log));
    const request = generations.take();
    const closing = generations.close(5_000).then(() => log.push('done'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log).toEqual([]);
    request?.release();
    await closing;
    expect(log).toEqual(['closed only', 'done']);
    expect(generations.take()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends on close what still streams on a replaced engine', async () => {
    const log: string[] = [];
    const generations = new Generations<ReturnType<typeof engine>>();
    generations.swap(engine('first', log));
    const stream = generations.take();
    stream?.onRetire(() => stream.release());
    generations.swap(engine('second', log));
    const closing = generations.close(100);
    await vi.advanceTimersByTimeAsync(100);
    await closing;
    expect(log.toSorted()).toEqual(['closed first', 'closed second']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets at most two engines live: a second swap ends the streams of the first', async () => {
    const log: string[] = [];
    const generations = new Generations<ReturnType<typeof engine>>();
    generations.swap(engine('first', log));
    const stream = generations.take();
    const late = generations.take();
    stream?.onRetire(() => stream.release());
    generations.swap(engine('second', log));
    generations.swap(engine('third', log));
    late?.onRetire(() => late.release()); // told at once: its time is over already
    await vi.advanceTimersByTimeAsync(0);
    expect(log.toSorted()).toEqual(['closed first', 'closed second']);
  });

  it('forgets a stream that has ended', async () => {
    const told: string[] = [];
    const generations = new Generations<ReturnType<typeof engine>>();
    generations.swap(engine('only', []));
    const stream = generations.take();
    stream?.onRetire(() => told.push('told'));
    stream?.release();
    const request = generations.take();
    const closing = generations.close(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual([]);
    request?.release();
    await closing;
  });

  it('makes one replacement after the other, each of what the one before it left', async () => {
    const log: string[] = [];
    const generations = new Generations<ReturnType<typeof engine>>();
    const slow = Promise.withResolvers<void>();
    const first = generations.replace(async (current) => {
      await slow.promise;
      return engine(`${current?.name ?? 'none'}+1`, log);
    });
    const broken = generations.replace(() => Promise.reject(new Error('broken')));
    const second = generations.replace(async (current) => engine(`${current?.name ?? 'none'}+2`, log));
    slow.resolve();
    await first;
    await expect(broken).rejects.toThrow('broken');
    await second;
    expect(generations.current?.name).toBe('none+1+2');
  });

  it('closes what was being built when it was closed, and builds nothing after', async () => {
    const log: string[] = [];
    const generations = new Generations<ReturnType<typeof engine>>();
    const slow = Promise.withResolvers<void>();
    const building = generations.replace(async () => {
      await slow.promise;
      return engine('late', log);
    });
    await vi.advanceTimersByTimeAsync(0);
    const closing = generations.close(0);
    slow.resolve();
    await Promise.all([building, closing]);
    expect(log).toEqual(['closed late']);
    await expect(generations.replace(async () => engine('never', log))).rejects.toThrow('closed');
  });
});

it('tells of one that could not be closed, and closes all the same', async () => {
  const told: unknown[] = [];
  const generations = new Generations<{ close: () => Promise<void> }>((error) => told.push(error));
  const fault = new Error('The socket hangs.');
  generations.swap({ close: () => Promise.reject(fault) });
  generations.swap({ close: async () => {} });
  await generations.close(0);
  expect(told).toEqual([fault]);
});
