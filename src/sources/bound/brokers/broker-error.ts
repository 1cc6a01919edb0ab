import { GatewayError } from '../../../errors/gateway-error.ts';

const CALL_CANCELLED = 'The call was cancelled before the service had answered.';

/** Nothing was sent: the broker is down, or too many calls are in flight. */
export function notSent(detail: string, cause?: unknown): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The service could not be reached.', {
    retry: 'not-sent',
    retryCause: 'CONNECT',
    detail,
    cause,
  });
}

/** The broker does not let us in. */
export function loginRefused(broker: string, cause: unknown): GatewayError {
  return notSent(`${broker} wants other credentials than its URL has.`, cause);
}

/** The broker has the request and says that no service listens for it. */
export function nobodyListens(): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The service could not be reached.', {
    retry: 'not-sent',
    retryCause: 'UNAVAILABLE',
    detail: 'Nobody listens on the topic.',
  });
}

/** The broker answered that it does not take the message. */
export function refusedByBroker(detail: string, cause?: unknown): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The message broker refused the message.', { detail, cause });
}

/** What ends a subscription that the broker does not give, or no longer gives. */
export function toSubscriptionError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The message broker refused the subscription.', { cause: error });
}

/** The connection went while a reply was awaited. */
export function replyLost(cause: unknown): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The connection was lost before the service had answered.', {
    retry: 'may-retry',
    retryCause: 'RESET',
    cause,
  });
}

export function replyTimeout(timeoutMs: number): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', `The service did not answer within ${timeoutMs} ms.`, {
    retry: 'may-retry',
    retryCause: 'TIMEOUT',
  });
}

/** The event was handed to the broker, which did not acknowledge it. */
export function outcomeUnknown(detail: string, cause?: unknown): GatewayError {
  return new GatewayError(
    'PUBLISH_OUTCOME_UNKNOWN',
    'The message broker did not acknowledge the event: it may or may not have been sent.',
    { retry: 'may-retry', retryCause: 'RESET', detail, cause },
  );
}

/** What a cancelled call rejects with: the canceller's own error, where it gave one. */
export function cancelledCall(reason: unknown): GatewayError {
  return reason instanceof GatewayError
    ? reason
    : new GatewayError('UPSTREAM_TIMEOUT', CALL_CANCELLED, { cause: reason });
}

/** One message that can't be used. */
export function poisonedMessage(topic: string, why: string): GatewayError {
  return new GatewayError('UPSTREAM_BAD_RESPONSE', 'The service sent an event that cannot be used.', {
    detail: `A message on "${topic}" was dropped: ${why}.`,
  });
}

/** The cursor a subscriber asked for is none that this broker gives. */
export function unknownCursor(): GatewayError {
  return new GatewayError('BAD_USER_INPUT', 'The position to go on from is not one of this subscription.');
}
