import { GatewayError } from '../errors/gateway-error.ts';

/** Events that may wait for one subscriber while others, or the service, are given further ones (docs/http.md). */
export const MAX_WAITING_EVENTS = 256;

/** What ends a subscriber that falls further behind. */
export function slowSubscriber(): GatewayError {
  const message = `More than ${MAX_WAITING_EVENTS} events waited to be read. Subscribe again, and read faster.`;
  return new GatewayError('SUBSCRIPTION_INTERRUPTED', message, { extensions: { reason: 'SLOW_SUBSCRIBER' } });
}
