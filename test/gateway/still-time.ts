import { setImmediate as turn } from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';

/** Time stands still until the test says how much of it passes, for all that goes by the gateway's clock; to the test's end. */
export function holdTime(): { readonly pass: (ms: number) => Promise<void> } {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => {
    vi.advanceTimersByTime(60_000); // a timer that never fired would be waited for by those of the next test
    vi.useRealTimers();
  });
  return {
    /** What has been sent in this process by now is read before the time has passed. */
    pass: async (ms) => {
      for (let turns = 0; turns < 3; turns += 1) await turn();
      vi.advanceTimersByTime(ms);
    },
  };
}
