import { errors } from 'undici';
import { GatewayError } from '../../errors/gateway-error.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { readErrorOrigin } from './connector.ts';
import { WireFault, type WireFaultKind } from './wire-fault.ts';

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
  switch (kindOf(cause)) {
    case 'connect':
      return new GatewayError('UPSTREAM_UNAVAILABLE', 'The service could not be reached.', {
        ...known,
        retry: 'not-sent',
        retryCause: 'CONNECT',
      });
    case 'idle':
      return new GatewayError('UPSTREAM_TIMEOUT', 'The service stopped in the middle of its answer.', {
        ...known,
        retry: 'may-retry',
        retryCause: 'TIMEOUT',
      });
    case 'unwritable':
      return new GatewayError('INTERNAL_ERROR', 'A request could not be written.', known);
    case 'unusable':
      return unusableAnswer(known.detail, known);
    case 'reset':
      return new GatewayError('UPSTREAM_UNAVAILABLE', 'The service broke off the connection.', {
        ...known,
        retry: 'may-retry',
        retryCause: 'RESET',
      });
  }
}

/** undici's errors by our words. What is none of them broke the connection. */
function kindOf(error: Error): WireFaultKind {
  if (error instanceof WireFault) return error.kind;
  if (isConnectFailure(error)) return 'connect';
  if (error instanceof errors.BodyTimeoutError || error instanceof errors.HeadersTimeoutError) return 'idle';
  if (error instanceof errors.InvalidArgumentError) return 'unwritable';
  return isUnusable(error) ? 'unusable' : 'reset';
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
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    error instanceof errors.ResponseContentLengthMismatchError
  );
}

/** Our own faults are sentences; of others, a code or a name says most. */
function describe(error: Error): string {
  const because = error.cause instanceof Error ? messageOf(error.cause) : undefined;
  if (error instanceof WireFault) return because === undefined ? error.message : `${error.message} (${because})`;
  const said = `${codeOf(error) ?? error.name}: ${error.message}`;
  return because === undefined ? said : `${said}: ${because}`;
}

/** Where every address of a host fails, Node's error has a code and no message. */
const messageOf = (error: Error) => (error.message === '' ? (codeOf(error) ?? error.name) : error.message);

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
