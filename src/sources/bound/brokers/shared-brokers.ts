import type { TlsFiles } from '../tls-files.ts';
import type { Broker, ConnectionChange } from './broker.ts';
import { createBroker } from './create-broker.ts';

/** Gives brokers by URL: all who name the same URL, with the same certificates, share one connection, which ends when the last has closed its own. */
export type SharedBrokers = { readonly open: (url: string, tls?: TlsFiles) => Broker };

/** Who is told of what happens to a connection. `broker` is its URL without credentials, path and query. */
export type SharedBrokersOptions = {
  /** A reply came late, twice or for somebody else. */
  readonly onDropped?: (broker: string) => void;
  /** The connection was made, could not be made, or was lost. */
  readonly onConnection?: (broker: string, change: ConnectionChange) => void;
};

type Entry = { readonly broker: Broker; users: number };

/** One for each generation of the gateway: a new graph connects beside the old one. */
export function createSharedBrokers({ onDropped, onConnection }: SharedBrokersOptions = {}): SharedBrokers {
  const entries = new Map<string, Entry>();

  function connect(url: string, tls: TlsFiles | undefined): Broker {
    const name = toBrokerName(url);
    return createBroker(url, {
      tls,
      onDropped: () => onDropped?.(name),
      onConnection: (change) => onConnection?.(name, change),
    });
  }

  return {
    open: (url, tls) => {
      const id = toId(url, tls);
      const entry = entries.get(id) ?? { broker: connect(url, tls), users: 0 };
      entries.set(id, entry);
      entry.users += 1;
      let isOpen = true;
      const { broker } = entry;
      return {
        request: (topic, payload, call) => broker.request(topic, payload, call),
        publish: (topic, payload, call) => broker.publish(topic, payload, call),
        subscribe: (topic, options) => broker.subscribe(topic, options),
        stats: () => broker.stats(),
        close: async () => {
          if (!isOpen) return;
          isOpen = false;
          entry.users -= 1;
          if (entry.users > 0) return;
          entries.delete(id);
          await broker.close();
        },
      };
    },
  };
}

function toId(url: string, { ca, cert, key, serverName }: TlsFiles = {}): string {
  return JSON.stringify([url, serverName, ...[ca, cert, key].map((file) => file?.toString('base64'))]);
}

function toBrokerName(url: string): string {
  if (!URL.canParse(url)) return 'unknown';
  const { protocol, host, pathname } = new URL(url);
  return host === '' ? `${protocol}${pathname}` : `${protocol}//${host}`;
}
