import type { ErrorCode } from '../../errors/codes.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import { type HttpAnswer, readHeader } from './http-message.ts';
import { readRetryAfter } from './retry-after.ts';

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'The service wants a caller it knows.',
  FORBIDDEN: 'The service does not allow this.',
  UPSTREAM_UNAVAILABLE: 'The service is not available.',
};

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  429: 'UPSTREAM_UNAVAILABLE',
  502: 'UPSTREAM_UNAVAILABLE',
  503: 'UPSTREAM_UNAVAILABLE',
  504: 'UPSTREAM_UNAVAILABLE',
};

/**
 * What a status says by itself, whatever is asked and whatever stands in the body; undefined for all others.
 * A 429 is asked again only if the service says when.
 */
export function toRefusal(
  answer: Pick<HttpAnswer, 'status' | 'headers'>,
  service: string,
  detail?: string,
): GatewayError | undefined {
  const code = CODES[answer.status];
  if (code === undefined) return undefined;
  const retryAfterMs = readRetryAfter(readHeader(answer.headers, 'retry-after'));
  const mayRetry = code === 'UPSTREAM_UNAVAILABLE' && (answer.status !== 429 || retryAfterMs !== undefined);
  return new GatewayError(code, MESSAGES[code] ?? code, {
    service,
    detail: `HTTP ${answer.status}${detail === undefined ? '' : `: ${detail}`}`,
    ...(mayRetry ? { retry: 'may-retry', retryCause: 'UNAVAILABLE', retryAfterMs } : {}),
  });
}
