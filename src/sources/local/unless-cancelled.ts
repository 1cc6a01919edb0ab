import { GatewayError } from '../../errors/gateway-error.ts';
import type { Cancellation } from '../../model/cancellation.ts';

/** What a promise shared by many requests gives to one of them. Rejects as soon as that request has ended. */
export function unlessCancelled<T>(shared: Promise<T>, cancellation: Cancellation): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const unhook = cancellation.onCancel((reason) => reject(toError(reason)));
  shared.then(resolve, reject);
  return promise.finally(unhook);
}

function toError(reason: unknown): GatewayError {
  if (reason instanceof GatewayError) return reason;
  return new GatewayError('DEADLINE_EXCEEDED', 'The request ended before the service answered.', { cause: reason });
}
