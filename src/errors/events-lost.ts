import { GatewayError } from './gateway-error.ts';

/** One event of a stream that goes on: what was sent meanwhile is gone. */
export function eventsLost(service?: string): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'Events of the subscription may have been missed.', {
    service,
    extensions: { reason: 'EVENTS_LOST' },
  });
}

export function isEventsLost({ code, extensions }: GatewayError): boolean {
  return code === 'UPSTREAM_UNAVAILABLE' && extensions?.['reason'] === 'EVENTS_LOST';
}
