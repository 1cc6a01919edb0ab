import { GatewayError, type GatewayErrorOptions } from '../errors/gateway-error.ts';

/** UPSTREAM_BAD_RESPONSE; `detail` says for operators what was expected and what was found. */
export function unusableAnswer(
  detail: string,
  options: Pick<GatewayErrorOptions, 'service' | 'path' | 'cause'> = {},
): GatewayError {
  return new GatewayError('UPSTREAM_BAD_RESPONSE', 'The service answered what cannot be used.', { ...options, detail });
}
