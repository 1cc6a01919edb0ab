import { errors } from 'undici';
import { GatewayError } from '../../errors/gateway-error.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { readErrorOrigin } from './connector.ts';

/** A failure after the answer's head had come: asking again could give half of two answers a meaning. */
export class BrokenAnswerError extends Error {
  override readonly name = 'BrokenAnswerError';
}

/** Whether a kept-alive connection had died between two requests: the service has not begun to answer this one. */
export function isStaleSocket(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const origin = readErrorOrigin(error);
  if (origin?.kind === 'connected') return origin.bytesRead > 0;
  return error instanceof errors.SocketError && (error.socket?.bytesRead ?? 0) > 0;
}

/** Anything the wire throws, as a GatewayError whose `retry` says what another attempt may do. Hosts stay in `detail`. */
export function toWireError(error: unknown, service: string): GatewayError {
  if (error instanceof GatewayError) return error.service === undefined ? error.with({ service }) : error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const known = { service, cause, detail: describe(cause) };
  if (isConnectFailure(cause)) {
    const message = 'The service could not be reached.';
    return new GatewayError('UPSTREAM_UNAVAILABLE', message, { ...known, retry: 'not-sent', retryCause: 'CONNECT' });
  }
  if (cause instanceof errors.BodyTimeoutError || cause instanceof errors.HeadersTimeoutError) {
    const message = 'The service stopped in the middle of its answer.';
    return new GatewayError('UPSTREAM_TIMEOUT', message, { ...known, retry: 'may-retry', retryCause: 'TIMEOUT' });
  }
  if (cause instanceof errors.InvalidArgumentError) {
    return new GatewayError('INTERNAL_ERROR', 'A request could not be written.', known);
  }
  if (isUnusable(cause)) return unusableAnswer(known.detail, known);
  const message = 'The service broke off the connection.';
  return new GatewayError('UPSTREAM_UNAVAILABLE', message, { ...known, retry: 'may-retry', retryCause: 'RESET' });
}

function isConnectFailure(error: Error): boolean {
  return (
    readErrorOrigin(error)?.kind === 'connecting' ||
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.ClientDestroyedError ||
    error instanceof errors.ClientClosedError
  );
}

function isUnusable(error: Error): boolean {
  return (
    error instanceof BrokenAnswerError ||
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    error instanceof errors.ResponseContentLengthMismatchError
  );
}

function describe(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const because = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${code}: ${error.message}${because}`;
}
