import { expect, it } from 'vitest';
import { Cancellation } from '../../src/model/cancellation.ts';
import { startDeadline } from '../../src/traffic/deadline.ts';
import { createTestClock } from './test-clock.ts';

it('cancels the request when its time is over', async () => {
  const time = createTestClock();
  const cancellation = new Cancellation();
  startDeadline(cancellation, 300, time.clock);
  await time.advance(299);
  expect(cancellation.cancelled).toBe(false);
  await time.advance(1);
  expect(cancellation.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
});

it('leaves nothing behind once stopped', async () => {
  const time = createTestClock();
  const cancellation = new Cancellation();
  startDeadline(cancellation, 300, time.clock).stop();
  await time.advance(1000);
  expect(cancellation.cancelled).toBe(false);
  expect(time.pending()).toBe(0);
});
