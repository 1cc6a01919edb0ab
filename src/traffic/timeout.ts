import { GatewayError } from '../errors/gateway-error.ts';
import type { Attempt, AttemptContext, CallKind } from '../model/call.ts';
import { Cancellation } from '../model/cancellation.ts';
import type { Policy } from './apply-policies.ts';
import type { Clock } from './clock.ts';

export type TimeoutSettings = {
  readonly subgraph: string;
  readonly kind: CallKind;
  readonly isPublish?: boolean | undefined;
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
 * Clients of protocols have timers for the same moment: whichever fires first, what ended the call is said from here.
 */
export function timeout(settings: TimeoutSettings): Policy {
  return <Request, Answer>(next: Attempt<Request, Answer>): Attempt<Request, Answer> =>
    (request, attempt) => {
      const { cancellation, context } = attempt;
      if (cancellation.cancelled) return Promise.reject(toCancelled(cancellation.reason, settings.subgraph));
      const left = context.deadlineMs - settings.clock.now() - RESERVE_MS;
      if (left < LEAST_MS)
        return Promise.reject(
          deadlineExceeded(settings, 'Too little of the request’s time was left to ask the service.'),
        );
      const timeoutMs = Math.min(settings.timeoutMs, left);
      const endsAtMs = settings.clock.now() + timeoutMs;
      // One promise by hand: every call of every fetch has one, and a `Promise.race` makes four.
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const limit = startLimit(attempt, settings, { timeoutMs, reject });
      next(request, { context, number: attempt.number, timeoutMs, ...limit.attempt }).then(
        (answer) => {
          limit.stop();
          resolve(answer);
        },
        (error: unknown) => {
          limit.stop();
          const isOverdue = isTimeout(error) && endsAtMs - settings.clock.now() < LEAST_MS;
          reject(isOverdue ? limit.toOverdue() : error);
        },
      );
      return promise;
    };
}

type Limit = {
  readonly attempt: Pick<AttemptContext, 'cancellation' | 'onSent'>;
  readonly stop: () => void;
  readonly toOverdue: () => GatewayError;
};

/** Rejects when the time is over or the client gone, and cancels what is under way. */
function startLimit(
  attempt: AttemptContext,
  settings: TimeoutSettings,
  { timeoutMs, reject }: { readonly timeoutMs: number; readonly reject: (error: GatewayError) => void },
): Limit {
  const cancellation = new Cancellation();
  const end = (error: GatewayError): void => {
    stop();
    reject(error);
    cancellation.cancel(error);
  };
  let isSent = false;
  const onSent = (): void => {
    isSent = true;
  };
  const overdue = (): GatewayError =>
    settings.isPublish === true ? toUnpublished(settings, timeoutMs, isSent) : toOverdue(settings, timeoutMs);
  const stopTimer = settings.clock.schedule(() => end(overdue()), timeoutMs);
  const unhook =
    settings.kind === 'query'
      ? attempt.cancellation.onCancel((reason) => end(toCancelled(reason, settings.subgraph)))
      : undefined;
  const stop = (): void => {
    stopTimer();
    unhook?.();
  };
  return { attempt: { cancellation, onSent }, stop, toOverdue: overdue };
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

/** Of an event it counts only whether the broker may have it. */
function toUnpublished({ subgraph }: TimeoutSettings, timeoutMs: number, isSent: boolean): GatewayError {
  const waited = `${Math.round(timeoutMs)} ms`;
  if (!isSent) {
    const message = `The message broker could not be reached within ${waited}: the event was not sent.`;
    const retry = { retry: 'not-sent', retryCause: 'CONNECT' } as const;
    return new GatewayError('UPSTREAM_UNAVAILABLE', message, { service: subgraph, ...retry });
  }
  const message = `The message broker did not acknowledge the event within ${waited}: it may or may not have been sent.`;
  return new GatewayError('PUBLISH_OUTCOME_UNKNOWN', message, { service: subgraph });
}

function isTimeout(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'UPSTREAM_TIMEOUT';
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
