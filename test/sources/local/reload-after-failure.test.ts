import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reloadAfterFailure } from '../../../src/sources/local/reload-after-failure.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function loading(...outcomes: (string | Error)[]) {
  const load = vi.fn(async () => {
    const outcome = outcomes.shift() ?? 'more';
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  return { load, get: reloadAfterFailure(load, 1000) };
}

describe('reloading after a failure', () => {
  it('keeps what was loaded', async () => {
    const { load, get } = loading('one', 'two');
    expect([await get(), await get()]).toEqual(['one', 'one']);
    expect(load).toHaveBeenCalledOnce();
  });

  it('tells the failure again until its rest is over, and then loads anew', async () => {
    const { load, get } = loading(new Error('down'), new Error('still down'), 'up');
    await expect(get()).rejects.toThrow('down');
    vi.advanceTimersByTime(999);
    await expect(get()).rejects.toThrow('down');
    expect(load).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    await expect(get()).rejects.toThrow('still down');
    vi.advanceTimersByTime(1000);
    expect(await get()).toBe('up');
  });

  it('loads once for all who ask at the same time', async () => {
    const { load, get } = loading('one');
    expect(await Promise.all([get(), get()])).toEqual(['one', 'one']);
    expect(load).toHaveBeenCalledOnce();
  });
});
