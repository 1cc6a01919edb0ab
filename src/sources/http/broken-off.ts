import { GatewayError, type GatewayErrorOptions } from '../../errors/gateway-error.ts';

/** A stream whose end the service has not announced. */
export function brokenOff(
  service: string,
  options: Pick<GatewayErrorOptions, 'detail' | 'retryAfterMs'> = {},
): GatewayError {
  const retry = { retry: 'may-retry', retryCause: 'RESET' } as const;
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The service broke off the stream.', {
    ...options,
    service,
    ...retry,
  });
}
