import { GatewayError } from '../errors/gateway-error.ts';
import type { Cancellation } from './cancellation.ts';

/** What a promise gives to one request, if that request lives so long: rejects as soon as it has ended. */
export function unlessCancelled<T>(shared: Promise<T>, cancellation: Cancellation): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const unhook = cancellation.onCancel((reason) => reject(toError(reason)));
  shared.then(resolve, reject);
  return promise.finally(unhook);
}

function toError(reason: unknown): GatewayError {
  if (reason instanceof GatewayError) return reason;
  return new GatewayError('DEADLINE_EXCEEDED', 'The request ended before it was answered.', { cause: reason });
}
