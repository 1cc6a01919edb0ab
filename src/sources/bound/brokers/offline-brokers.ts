import { GatewayError } from '../../../errors/gateway-error.ts';
import type { SharedBrokers } from './shared-brokers.ts';

/** Brokers that are never connected to: for a gateway whose calls are answered by a recording. */
export function createOfflineBrokers(): SharedBrokers {
  const refuse = (): never => {
    throw new GatewayError('UPSTREAM_UNAVAILABLE', 'There is no broker while a recording is replayed.');
  };
  return {
    open: () => ({
      request: async () => refuse(),
      publish: async () => refuse(),
      subscribe: refuse,
      stats: refuse,
      close: async () => {},
    }),
  };
}
