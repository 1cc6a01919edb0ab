import { type StatusObject, status } from '@grpc/grpc-js';
import type { ErrorCode } from '../../errors/codes.ts';
import { GatewayError, type GatewayErrorOptions } from '../../errors/gateway-error.ts';
import { redactTokens } from '../../observability/redact.ts';
import { toServiceFailure } from '../service-failure.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import type { StatusDetails } from './grpc-status.ts';

type Meaning = { readonly code: ErrorCode; readonly message: string } & Pick<
  GatewayErrorOptions,
  'retry' | 'retryCause'
>;

/** What a client can act on. */
const REFUSALS: Readonly<Partial<Record<status, ErrorCode>>> = {
  [status.INVALID_ARGUMENT]: 'BAD_USER_INPUT',
  [status.PERMISSION_DENIED]: 'FORBIDDEN',
  [status.UNAUTHENTICATED]: 'UNAUTHENTICATED',
};

/** These are the input's fault where the service says which fields are wrong. */
const MAY_BE_INPUT: ReadonlySet<status> = new Set([status.FAILED_PRECONDITION, status.OUT_OF_RANGE]);

const UNAVAILABLE: Readonly<Partial<Record<status, Meaning>>> = {
  [status.DEADLINE_EXCEEDED]: {
    code: 'UPSTREAM_TIMEOUT',
    message: 'The service did not answer in time.',
    retry: 'may-retry',
    retryCause: 'TIMEOUT',
  },
  [status.UNAVAILABLE]: {
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'The service is not available.',
    retry: 'may-retry',
    retryCause: 'UNAVAILABLE',
  },
  [status.RESOURCE_EXHAUSTED]: { code: 'UPSTREAM_UNAVAILABLE', message: 'The service is not available.' },
};

const BROKEN: Meaning = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'The connection to the service broke.',
  retry: 'may-retry',
  retryCause: 'RESET',
};

const UNKNOWN_CODING = 'gRPC: a message is compressed in a way that is not known here, or not said (grpc-encoding).';

/** `hasLeft`: the call was given to a connection. A service may say of its own services what we say of it. */
export type GrpcCallState = { readonly service: string; readonly hasLeft: boolean; readonly details: StatusDetails };

/** A call's status as a GatewayError. NOT_FOUND is not among these: it is an answer. */
export function toGrpcError(error: StatusObject, { service, hasLeft, details }: GrpcCallState): GatewayError {
  const said = isUnknownCoding(error) ? UNKNOWN_CODING : toWords(error);
  const detail = details.words === '' ? said : `${said} (${details.words})`;
  const known = { service, detail };
  if (!hasLeft && error.code === status.UNAVAILABLE) {
    const message = 'The service could not be reached.';
    return new GatewayError('UPSTREAM_UNAVAILABLE', message, { ...known, retry: 'not-sent', retryCause: 'CONNECT' });
  }
  if (isUnreadable(error)) return unusableAnswer(detail, known);
  const unavailable = isBroken(error) ? BROKEN : UNAVAILABLE[error.code];
  if (unavailable === undefined) return toServiceFailure(toRefusal(error, details), detail, known);
  const { code, message, ...retry } = unavailable;
  return new GatewayError(code, message, { ...known, ...retry, ...toPushback(code, details.pushbackMs) });
}

function toWords({ code, details }: StatusObject): string {
  return `gRPC ${status[code] ?? code}: ${redactTokens(details)}`.slice(0, 1000);
}

function toRefusal({ code }: StatusObject, { hasViolations }: StatusDetails): ErrorCode | undefined {
  return hasViolations && MAY_BE_INPUT.has(code) ? 'BAD_USER_INPUT' : REFUSALS[code];
}

/** Statuses that grpc-js gives itself, in its own words: a message that is too long, or what is no gRPC at all. */
const UNREADABLE: Readonly<Partial<Record<status, RegExp>>> = {
  [status.RESOURCE_EXHAUSTED]: /^Received message (?:larger than max|that decompresses to a size larger than) /,
  [status.INTERNAL]: /^Failed to decompress |\(Call ended without gRPC status\)$/,
};

function isUnreadable(error: StatusObject): boolean {
  return isUnknownCoding(error) || (UNREADABLE[error.code]?.test(error.details) ?? false);
}

/** Of a message that is compressed in a way that it does not know, grpc-js says nothing at all. */
function isUnknownCoding({ code }: { readonly code: status | undefined }): boolean {
  return code === undefined;
}

/** Streams that were reset, and connections that ended under a call: in grpc-js's words, too. */
function isBroken({ code, details }: StatusObject): boolean {
  if (code === status.INTERNAL) return details.startsWith('Received RST_STREAM with code');
  if (code === status.CANCELLED) return details === 'Call cancelled';
  return code === status.UNAVAILABLE && (details === 'Connection dropped' || details.includes('ECONNRESET'));
}

function toPushback(code: ErrorCode, pushback: number | undefined): GatewayErrorOptions {
  if (pushback === undefined || code !== 'UPSTREAM_UNAVAILABLE') return {};
  return pushback < 0 ? { retry: 'final' } : { retry: 'may-retry', retryAfterMs: pushback };
}
