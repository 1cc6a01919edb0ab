import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../../errors/gateway-error.ts';
import { brokenOff } from '../broken-off.ts';
import { toRefusal } from '../refusal.ts';
import { toServiceFailure } from '../../service-failure.ts';
import { unusableAnswer } from '../../unusable-answer.ts';

const UNAUTHENTICATED = 4401;
const FORBIDDEN = 4403;

/** A WebSocket that could not be opened, by Node's own error. */
export function toOpeningFailure(cause: Error, service: string): GatewayError {
  // The system's and TLS's errors have codes of their own; what ws finds wrong in an answer has WS_ERR_…, or none.
  const code = 'code' in cause ? String(cause.code) : 'WS_ERR';
  const isUnreachable = !code.startsWith('WS_ERR') || cause.message.includes('handshake has timed out');
  if (!isUnreachable) return toBrokenFrame(cause, service);
  const options = { service, cause, detail: `${code}: ${cause.message}` };
  const retry = { retry: 'not-sent', retryCause: 'CONNECT' } as const;
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The service could not be reached.', { ...options, ...retry });
}

/** A request for a WebSocket that was answered by HTTP. */
export function toUpgradeRefusal({ statusCode = 0, headers }: IncomingMessage, service: string): GatewayError {
  const remedy = 'Is its path right (traffic.subgraphs.<name>.subscriptions.path)?';
  return (
    toRefusal({ status: statusCode, headers }, service) ??
    unusableAnswer(`HTTP ${statusCode} instead of a WebSocket. ${remedy}`, { service })
  );
}

/** A connection that the service closed. */
export function toClosedFailure(code: number, reason: string, service: string): GatewayError {
  const detail = `WebSocket closed with ${code}${reason === '' ? '' : `: ${reason}`}`;
  if (code === UNAUTHENTICATED) return toServiceFailure('UNAUTHENTICATED', detail, { service });
  if (code === FORBIDDEN) return toServiceFailure('FORBIDDEN', detail, { service });
  if (code >= 4400 && code < 4500) return unusableAnswer(detail, { service });
  return brokenOff(service, { detail });
}

/** What is no WebSocket, or a message over the limit. */
export function toBrokenFrame(cause: Error, service: string): GatewayError {
  return unusableAnswer(cause.message, { service, cause });
}
