import { Redis, ReplyError } from 'ioredis';
import { refusedByBroker } from './broker-error.ts';
import type { BrokerAddress } from './link.ts';
import { toTlsOptions } from './tls-options.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Nothing is queued, repeated or reconnected: a link that breaks is replaced, and its calls are settled by the broker.
 * `onDemoted`: the server is another's replica now, and takes no more writes: its name may mean another by now.
 */
export function createRedisClient({ address, tls }: BrokerAddress, onDemoted: (cause: Error) => void): Redis {
  return new Redis(address, {
    ...(address.startsWith('rediss:') ? { tls: toTlsOptions(tls) } : {}),
    lazyConnect: true,
    protocol: 2,
    connectTimeout: CONNECT_TIMEOUT_MS,
    connectionName: 'selvedge',
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    reconnectOnError: (error) => {
      // Once the command that was refused has been told so.
      if (error.message.startsWith('READONLY')) setImmediate(onDemoted, error);
      return false;
    },
  });
}

/** What a command gives; UPSTREAM_UNAVAILABLE where Redis answered with an error, so that nothing was done. */
export async function unlessRefused<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw isRefusal(error) ? refusedByBroker(`Redis refused the command: ${error.message}`, error) : error;
  });
}

/** Whether Redis itself answered with an error, perhaps one that begins with a certain word. */
export function isRefusal(error: unknown, word = ''): error is Error {
  return error instanceof ReplyError && (error as Error).message.startsWith(word);
}

/** Whether Redis does not take who we say we are, or wants to know it. */
export function isLoginRefused(error: unknown): error is Error {
  return ['WRONGPASS', 'NOAUTH', 'ERR AUTH', 'ERR invalid password'].some((word) => isRefusal(error, word));
}
