import { CODES } from '../errors/codes.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { ClientError, OperationAnswer } from '../model/http.ts';
import type { Log } from '../observability/log.ts';

export type SingleAnswer = Extract<OperationAnswer, { kind: 'single' }>;

/** What the edge answers to a request that does not reach the gateway. What is no GatewayError is our fault, and logged. */
export function toRefusal(thrown: unknown, log: Log): SingleAnswer {
  if (!(thrown instanceof GatewayError)) {
    log('error', 'A request failed at the edge.', { cause: thrown });
    return refuse(new GatewayError('INTERNAL_ERROR', 'Something went wrong in the gateway.'));
  }
  return refuse(thrown);
}

function refuse({ code, message }: GatewayError): SingleAnswer {
  const error: ClientError = { message, extensions: { code } };
  const { status } = CODES[code];
  const headers: Readonly<Record<string, string>> = status === 405 ? { allow: 'GET, POST' } : {};
  return { kind: 'single', result: { errors: [error] }, status, alwaysStatus: true, headers };
}
