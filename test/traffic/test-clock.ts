import type { Clock } from '../../src/traffic/clock.ts';

type Timer = { readonly at: number; readonly callback: () => void };

/** A clock that stands still until told: `advance` fires what falls due, in order, letting promises settle in between. */
export function createTestClock({ random = 0.5 }: { readonly random?: number } = {}) {
  let now = 1000;
  const timers = new Set<Timer>();
  const clock: Clock = {
    now: () => now,
    schedule: (callback, delayMs) => {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    random: () => random,
  };

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }

  async function advance(ms: number): Promise<void> {
    const until = now + ms;
    await settle();
    for (let due = next(until); due !== undefined; due = next(until)) {
      timers.delete(due);
      now = due.at;
      due.callback();
      await settle();
    }
    now = until;
  }

  function next(until: number): Timer | undefined {
    return [...timers].filter((timer) => timer.at <= until).toSorted((a, b) => a.at - b.at)[0];
  }

  return { clock, advance, settle, pending: () => timers.size, now: () => now };
}
