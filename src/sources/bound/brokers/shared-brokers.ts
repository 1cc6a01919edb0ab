import type { Broker, BrokerOptions } from './broker.ts';
import { createBroker } from './create-broker.ts';

/** Gives brokers by URL: all who name the same URL share one connection, which ends when the last has closed its own. */
export type SharedBrokers = { readonly open: (url: string) => Broker };

type Entry = { readonly broker: Broker; users: number };

/** One for each generation of the gateway: a new graph connects beside the old one. */
export function createSharedBrokers(options: BrokerOptions = {}): SharedBrokers {
  const entries = new Map<string, Entry>();
  return {
    open: (url) => {
      const entry = entries.get(url) ?? { broker: createBroker(url, options), users: 0 };
      entries.set(url, entry);
      entry.users += 1;
      let isOpen = true;
      const { broker } = entry;
      return {
        request: (topic, payload, call) => broker.request(topic, payload, call),
        publish: (topic, payload, call) => broker.publish(topic, payload, call),
        subscribe: (topic, cancellation) => broker.subscribe(topic, cancellation),
        stats: () => broker.stats(),
        close: async () => {
          if (!isOpen) return;
          isOpen = false;
          entry.users -= 1;
          if (entry.users > 0) return;
          entries.delete(url);
          await broker.close();
        },
      };
    },
  };
}
