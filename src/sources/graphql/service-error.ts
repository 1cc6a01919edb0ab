import type { ErrorCode } from '../../errors/codes.ts';
import { GatewayError } from '../../errors/gateway-error.ts';

/** Codes that a client can act on keep their meaning, whichever service says them. All others are masked. */
const KEPT: Partial<Record<ErrorCode, string>> = {
  BAD_USER_INPUT: 'The service refused the input.',
  UNAUTHENTICATED: 'The service wants a caller it knows.',
  FORBIDDEN: 'The service does not allow this.',
  UNAUTHORIZED_FIELD: 'The service does not show this field to the caller.',
};

/** One entry of a service's `errors`. Its message is for operators; its path is the fetch's own, dropped if it is none. */
export function toServiceError(error: unknown, service: string): GatewayError {
  const { message, path, extensions } = readEntry(error);
  const code = readEntry(extensions)['code'];
  const detail = typeof message === 'string' ? message : 'An error without a message.';
  const kept = typeof code === 'string' && isKept(code) ? code : undefined;
  return new GatewayError(kept ?? 'UPSTREAM_ERROR', (kept && KEPT[kept]) ?? 'The service answered with an error.', {
    service,
    detail: kept === undefined && typeof code === 'string' ? `${code}: ${detail}` : detail,
    path: isPath(path) ? path : undefined,
  });
}

function isKept(code: string): code is ErrorCode {
  return Object.hasOwn(KEPT, code);
}

function readEntry(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return (
    Array.isArray(value) &&
    value.every((key: unknown) => typeof key === 'string' || (Number.isSafeInteger(key) && (key as number) >= 0))
  );
}
