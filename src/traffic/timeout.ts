import { GatewayError } from '../errors/gateway-error.ts';
import type { AttemptContext, CallKind } from '../model/call.ts';
import { Cancellation } from '../model/cancellation.ts';
import type { Policy } from './apply-policies.ts';
import type { Clock } from './clock.ts';

export type TimeoutSettings = {
  readonly subgraph: string;
  readonly kind: CallKind;
  readonly timeoutMs: number;
  readonly clock: Clock;
};

/** Kept of the request's deadline for merging and writing the answer. */
const RESERVE_MS = 20;
/** With less than this there is no use in asking. */
const LEAST_MS = 10;

/**
 * Ends a call, with all its attempts and waits, after its own time or what is left of the request's deadline.
 * A query ends when its request is cancelled; a mutation that runs is left to end by itself, for its outcome would be unknown.
 */
export function timeout(settings: TimeoutSettings): Policy {
  return (next) => async (request, attempt) => {
    const { cancellation, context } = attempt;
    if (cancellation.cancelled) throw toCancelled(cancellation.reason, settings.subgraph);
    const left = context.deadlineMs - settings.clock.now() - RESERVE_MS;
    if (left < LEAST_MS)
      throw deadlineExceeded(settings, 'Too little of the request’s time was left to ask the service.');
    const timeoutMs = Math.min(settings.timeoutMs, left);
    const limit = startLimit(attempt, settings, { timeoutMs, overdue: () => toOverdue(settings, timeoutMs) });
    try {
      return await Promise.race([
        limit.ended,
        next(request, { ...attempt, cancellation: limit.cancellation, timeoutMs }),
      ]);
    } finally {
      limit.stop();
    }
  };
}

type Limit = { readonly cancellation: Cancellation; readonly ended: Promise<never>; readonly stop: () => void };

/** The race's other side: rejects when the time is over or the client gone, and cancels what is under way. */
function startLimit(
  attempt: AttemptContext,
  settings: TimeoutSettings,
  { timeoutMs, overdue }: { readonly timeoutMs: number; readonly overdue: () => GatewayError },
): Limit {
  const cancellation = new Cancellation();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (error: GatewayError): void => {
    reject(error);
    cancellation.cancel(error);
  };
  const stopTimer = settings.clock.schedule(() => end(overdue()), timeoutMs);
  const unhook =
    settings.kind === 'query'
      ? attempt.cancellation.onCancel((reason) => end(toCancelled(reason, settings.subgraph)))
      : undefined;
  return {
    cancellation,
    ended,
    stop: () => {
      stopTimer();
      unhook?.();
    },
  };
}

/** Which of the two limits was the nearer: the call's own, or the request's deadline. */
function toOverdue(settings: TimeoutSettings, timeoutMs: number): GatewayError {
  if (timeoutMs < settings.timeoutMs) {
    return deadlineExceeded(
      settings,
      withOutcome(settings, 'The request’s deadline passed before the service answered.'),
    );
  }
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    withOutcome(settings, `The service did not answer within ${timeoutMs} ms.`),
    {
      service: settings.subgraph,
      retry: 'may-retry',
      retryCause: 'TIMEOUT',
    },
  );
}

function withOutcome({ kind }: TimeoutSettings, message: string): string {
  return kind === 'query' ? message : `${message} The change may or may not have been made.`;
}

function deadlineExceeded({ subgraph }: TimeoutSettings, message: string): GatewayError {
  return new GatewayError('DEADLINE_EXCEEDED', message, { service: subgraph });
}

function toCancelled(reason: unknown, service: string): GatewayError {
  if (reason instanceof GatewayError) return new GatewayError(reason.code, reason.message, { service, cause: reason });
  return new GatewayError('DEADLINE_EXCEEDED', 'The request ended before the service answered.', {
    service,
    cause: reason,
  });
}
