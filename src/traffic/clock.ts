import { TimerQueue } from './timer-queue.ts';

/** The time a policy goes by: the machine's, or a test's. */
export type Clock = {
  /** Milliseconds on the scale of `performance.now()`, in which deadlines are given. */
  readonly now: () => number;
  /** Calls back once after the time; gives back how to call it off. */
  readonly schedule: (callback: () => void, delayMs: number) => () => void;
  /** From 0 to below 1. */
  readonly random: () => number;
};

/** Delays that come up again and again are few: the config's and the schema's. */
const MAX_QUEUES = 50;

function createSchedule(): Clock['schedule'] {
  const queues = new Map<number, TimerQueue>();
  return (callback, delayMs) => {
    const known = queues.get(delayMs);
    if (known !== undefined) return known.schedule(callback);
    if (Number.isInteger(delayMs) && queues.size < MAX_QUEUES) {
      const queue = new TimerQueue(delayMs);
      queues.set(delayMs, queue);
      return queue.schedule(callback);
    }
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  };
}

export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: createSchedule(),
  random: Math.random,
};
