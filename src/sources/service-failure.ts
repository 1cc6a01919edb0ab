import type { ErrorCode } from '../errors/codes.ts';
import { GatewayError, type GatewayErrorOptions } from '../errors/gateway-error.ts';

/** What a client can act on keeps its meaning, whichever service says it, by whichever protocol. */
const KEPT: Partial<Record<ErrorCode, string>> = {
  BAD_USER_INPUT: 'The service refused the input.',
  UNAUTHENTICATED: 'The service wants a caller it knows.',
  FORBIDDEN: 'The service does not allow this.',
  UNAUTHORIZED_FIELD: 'The service does not show this field to the caller.',
};

/** Characters of what a service said that are kept for the log. */
const MAX_DETAIL = 1000;

type FailureOptions = Pick<GatewayErrorOptions, 'service' | 'path' | 'cause'>;

/**
 * An error that a service answered. `code` is the service's word for it: all but a few that clients can act on are
 * masked as UPSTREAM_ERROR. What it said is for operators alone.
 */
export function toServiceFailure(code: unknown, said: string, options: FailureOptions = {}): GatewayError {
  const detail = (typeof code === 'string' && !isKept(code) ? `${code}: ${said}` : said).slice(0, MAX_DETAIL);
  if (isKept(code)) return new GatewayError(code, KEPT[code] ?? code, { ...options, detail });
  return new GatewayError('UPSTREAM_ERROR', 'The service answered with an error.', { ...options, detail });
}

function isKept(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(KEPT, code);
}
