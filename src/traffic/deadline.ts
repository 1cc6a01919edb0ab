import { GatewayError } from '../errors/gateway-error.ts';
import type { Cancellation } from '../model/cancellation.ts';
import { type Clock, systemClock } from './clock.ts';

export type Deadline = { readonly stop: () => void };

/** The request's one timer: cancels with DEADLINE_EXCEEDED after `deadlineMs`. Whoever starts it stops it. */
export function startDeadline(cancellation: Cancellation, deadlineMs: number, clock: Clock = systemClock): Deadline {
  const stop = clock.schedule(
    () =>
      cancellation.cancel(
        new GatewayError('DEADLINE_EXCEEDED', `The request was not answered within ${deadlineMs} ms.`),
      ),
    deadlineMs,
  );
  return { stop };
}
