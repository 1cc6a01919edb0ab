import { type NatsConnection, PermissionViolationError } from '@nats-io/nats-core';
import { refusedByBroker } from './broker-error.ts';

export type NatsRefusals = {
  /** What `acknowledged` gives; UPSTREAM_UNAVAILABLE where the server has refused the subject before. */
  readonly during: (subject: string, acknowledged: Promise<void>) => Promise<void>;
};

/** Refused publishes, which the server reports by subject and not by message. `onRefused` is told of each. */
export function watchRefusals(
  connection: NatsConnection,
  onRefused: (subject: string, cause: unknown) => void,
): NatsRefusals {
  const waiting = new Map<string, Set<(error: Error) => void>>();
  const watch = async () => {
    for await (const status of connection.status()) {
      if (status.type !== 'error' || !(status.error instanceof PermissionViolationError)) continue;
      if (status.error.operation !== 'publish') continue;
      onRefused(status.error.subject, status.error);
      for (const refuse of waiting.get(status.error.subject) ?? []) refuse(status.error);
    }
  };
  // The iteration ends with the connection.
  void watch().catch(() => {});
  return {
    during: async (subject, acknowledged) => {
      let refusal: Error | undefined;
      const refuse = (error: Error) => {
        refusal = error;
      };
      const refusers = waiting.get(subject) ?? new Set();
      waiting.set(subject, refusers.add(refuse));
      try {
        await acknowledged;
        // The refusal was read before the PONG but is handed over by an iterator: it has a turn of the loop to arrive.
        await new Promise((resolve) => setImmediate(resolve));
      } finally {
        refusers.delete(refuse);
        if (refusers.size === 0) waiting.delete(subject);
      }
      if (refusal !== undefined) throw refusedByBroker('The NATS server refused the publish.', refusal);
    },
  };
}
