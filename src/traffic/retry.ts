import { GatewayError, type RetryCause } from '../errors/gateway-error.ts';
import type { Attempt, AttemptContext, CallKind } from '../model/call.ts';
import type { Cancellation } from '../model/cancellation.ts';
import type { Policy } from './apply-policies.ts';
import type { Clock } from './clock.ts';

export type BackoffSettings = {
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly on: readonly RetryCause[] | undefined;
  readonly clock: Clock;
};

export type RetrySettings = BackoffSettings & {
  readonly kind: CallKind;
  /** Further attempts after the first. */
  readonly attempts: number;
};

/** A service that asks for a longer rest than this is not waited for. */
const LONGEST_PUSHBACK_MS = 5000;

/**
 * Sends again after failures that another attempt may mend, with full jitter between the attempts
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), as long as the call's time allows.
 */
export function retry(settings: RetrySettings): Policy {
  return <Request, Answer>(next: Attempt<Request, Answer>): Attempt<Request, Answer> =>
    (request, call) => {
      const endsAtMs = settings.clock.now() + call.timeoutMs;
      const again = async (error: unknown, number: number): Promise<Answer> => {
        const leftMs = endsAtMs - settings.clock.now();
        const isPointless = isCancelled(call) || (isTimeout(error) && leftMs < call.timeoutMs / 2);
        const delayMs = isPointless ? undefined : delayBefore(error, number, settings);
        if (delayMs === undefined || delayMs >= leftMs) throw error;
        // A mutation's attempts do not follow the request's cancellation; its waits do.
        await pause(delayMs, [call.cancellation, call.context.cancellation], settings.clock);
        if (isCancelled(call)) throw error;
        const attempt = { ...call, number: number + 1, timeoutMs: endsAtMs - settings.clock.now() };
        return next(request, attempt).catch((later: unknown) => again(later, number + 1));
      };
      return next(request, call).catch((error: unknown) => again(error, 1));
    };
}

/** How long to wait before the next attempt; undefined if there must be none. */
function delayBefore(error: unknown, number: number, settings: RetrySettings): number | undefined {
  if (number > settings.attempts) return undefined;
  if (!(error instanceof GatewayError) || !mayRetry(error, settings)) return undefined;
  if (error.retryAfterMs !== undefined)
    return error.retryAfterMs <= LONGEST_PUSHBACK_MS ? error.retryAfterMs : undefined;
  return backoff(number, settings);
}

/** Full jitter: anything from nothing to a bound that doubles with each attempt. */
export function backoff(number: number, { clock, backoffMs, maxBackoffMs }: BackoffSettings): number {
  return clock.random() * Math.min(maxBackoffMs, backoffMs * 2 ** (number - 1));
}

function mayRetry(error: GatewayError, { kind, on }: RetrySettings): boolean {
  if (error.retry === 'final' || (kind === 'mutation' && error.retry !== 'not-sent')) return false;
  return on === undefined || on.includes(toRetryCause(error));
}

function isTimeout(error: unknown): boolean {
  return error instanceof GatewayError && toRetryCause(error) === 'TIMEOUT';
}

export function toRetryCause(error: GatewayError): RetryCause {
  if (error.retryCause !== undefined) return error.retryCause;
  if (error.code === 'UPSTREAM_TIMEOUT') return 'TIMEOUT';
  return error.retry === 'not-sent' ? 'CONNECT' : 'UNAVAILABLE';
}

/** Resolves after the time, or at once when one of them is cancelled. */
export function pause(delayMs: number, cancellations: readonly Cancellation[], clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const ends = [
    clock.schedule(resolve, delayMs),
    ...cancellations.map((cancellation) => cancellation.onCancel(() => resolve())),
  ];
  return promise.finally(() => ends.forEach((end) => end()));
}

function isCancelled(call: AttemptContext): boolean {
  return call.cancellation.cancelled || call.context.cancellation.cancelled;
}
