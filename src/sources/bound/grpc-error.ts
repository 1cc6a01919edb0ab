import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { ErrorCode } from '../../errors/codes.ts';
import { GatewayError, type GatewayErrorOptions } from '../../errors/gateway-error.ts';
import { toServiceFailure } from '../service-failure.ts';
import { unusableAnswer } from '../unusable-answer.ts';

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

/** `hasLeft`: the call was given to a connection. A service may say of its own services what we say of it. */
export type GrpcCallState = { readonly service: string; readonly hasLeft: boolean };

/** A call's status as a GatewayError. NOT_FOUND is not among these: it is an answer. */
export function toGrpcError(error: ServiceError, { service, hasLeft }: GrpcCallState): GatewayError {
  const detail = `gRPC ${status[error.code] ?? error.code}: ${error.details}`;
  const known = { service, detail, cause: error };
  if (!hasLeft && error.code === status.UNAVAILABLE) {
    const message = 'The service could not be reached.';
    return new GatewayError('UPSTREAM_UNAVAILABLE', message, { ...known, retry: 'not-sent', retryCause: 'CONNECT' });
  }
  if (isUnreadable(error)) return unusableAnswer(detail, known);
  const unavailable = UNAVAILABLE[error.code];
  if (unavailable === undefined) return toServiceFailure(REFUSALS[error.code], detail, known);
  const { code, message, ...retry } = unavailable;
  const pushback = readPushback(error);
  return new GatewayError(code, message, { ...known, ...retry, ...toPushback(code, pushback) });
}

/** Statuses that grpc-js gives itself, for a message that is too long or does not parse. */
function isUnreadable({ code, details }: ServiceError): boolean {
  return (
    (code === status.RESOURCE_EXHAUSTED && details.startsWith('Received message larger than max')) ||
    (code === status.INTERNAL && details.startsWith('Response message parsing error'))
  );
}

/** `grpc-retry-pushback-ms` (gRFC A6): how long to wait; a negative value means not to ask again. */
function readPushback({ metadata }: ServiceError): number | undefined {
  const [value] = metadata instanceof Metadata ? metadata.get('grpc-retry-pushback-ms') : [];
  return typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function toPushback(code: ErrorCode, pushback: number | undefined): GatewayErrorOptions {
  if (pushback === undefined || code !== 'UPSTREAM_UNAVAILABLE') return {};
  return pushback < 0 ? { retry: 'final' } : { retry: 'may-retry', retryAfterMs: pushback };
}
