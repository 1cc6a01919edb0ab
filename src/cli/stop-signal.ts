const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

// A Ctrl-C reaches the process twice where what started it passes signals on: that is one wish to stop, not two.
const SAME_SIGNAL_MS = 500;

/** Resolves with the first SIGINT or SIGTERM; from then on, a further one exits. */
export function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let stoppedAt: number | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stoppedAt !== undefined && performance.now() - stoppedAt > SAME_SIGNAL_MS)
        process.exit(128 + SIGNAL_NUMBERS[signal]);
      stoppedAt ??= performance.now();
      resolve();
    });
  }
  return promise;
}
