import { GatewayError } from '../../errors/gateway-error.ts';
import { toServiceFailure } from '../service-failure.ts';
import { type HttpAnswer, readHeader } from './http-message.ts';
import { readRetryAfter } from './retry-after.ts';

const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = new Set([TOO_MANY_REQUESTS, 502, 503, 504]);

/**
 * What a status says by itself, whatever is asked and whatever stands in the body; undefined for all others.
 * A 429 is asked again only if the service says when.
 */
export function toRefusal(
  { status, headers }: Pick<HttpAnswer, 'status' | 'headers'>,
  service: string,
  said?: string,
): GatewayError | undefined {
  const detail = `HTTP ${status}${said === undefined ? '' : `: ${said}`}`;
  if (status === 401) return toServiceFailure('UNAUTHENTICATED', detail, { service });
  if (status === 403) return toServiceFailure('FORBIDDEN', detail, { service });
  if (!UNAVAILABLE.has(status)) return undefined;
  const retryAfterMs = readRetryAfter(readHeader(headers, 'retry-after'));
  const mayRetry = status !== TOO_MANY_REQUESTS || retryAfterMs !== undefined;
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The service is not available.', {
    service,
    detail,
    ...(mayRetry ? { retry: 'may-retry', retryCause: 'UNAVAILABLE', retryAfterMs } : {}),
  });
}
