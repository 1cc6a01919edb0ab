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
    expect(vi.getTimerCount()).toBe(0);
  });
});
