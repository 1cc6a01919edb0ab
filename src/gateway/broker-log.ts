import { GatewayError } from '../errors/gateway-error.ts';
import type { Log } from '../observability/log.ts';
import type { SharedBrokersOptions } from '../sources/bound/brokers/shared-brokers.ts';

/** Dropped replies of one broker are told of at once, and after that no more often than this. */
const DROPPED_EVERY_MS = 60_000;

type Dropped = { readonly loggedAtMs: number; readonly unlogged: number };

/**
 * Logs what becomes of the connections to message brokers: each loss and each return once, however often is tried
 * again; replies that nobody waits for as counts, so that a flood of them does not flood the log.
 */
export function createBrokerLog(log: Log, now: () => number = () => performance.now()): Required<SharedBrokersOptions> {
  const lost = new Set<string>();
  const dropped = new Map<string, Dropped>();
  return {
    onConnection: (broker, change) => {
      switch (change.kind) {
        case 'connected':
          if (lost.delete(broker)) log('info', 'The message broker is connected again', { broker });
          return;
        case 'lost':
          if (!lost.has(broker)) log('warn', 'The message broker cannot be reached', toFields(broker, change.cause));
          lost.add(broker);
      }
    },
    onDropped: (broker) => {
      const { loggedAtMs, unlogged } = dropped.get(broker) ?? { loggedAtMs: -Infinity, unlogged: 0 };
      if (now() - loggedAtMs < DROPPED_EVERY_MS) {
        dropped.set(broker, { loggedAtMs, unlogged: unlogged + 1 });
        return;
      }
      log('warn', 'Replies came late, twice, for nobody or without an id that can be read, and were dropped', {
        broker,
        count: unlogged + 1,
      });
      dropped.set(broker, { loggedAtMs: now(), unlogged: 0 });
    },
  };
}

function toFields(broker: string, error: unknown): Readonly<Record<string, unknown>> {
  const detail = error instanceof GatewayError ? error.detail : undefined;
  return detail === undefined ? { broker, error } : { broker, detail, error };
}
