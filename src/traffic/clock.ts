/** The time a policy goes by: the machine's, or a test's. */
export type Clock = {
  /** Milliseconds on the scale of `performance.now()`, in which deadlines are given. */
  readonly now: () => number;
  /** Calls back once after the time; gives back how to call it off. */
  readonly schedule: (callback: () => void, delayMs: number) => () => void;
  /** From 0 to below 1. */
  readonly random: () => number;
};

export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
