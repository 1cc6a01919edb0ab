import { type BrokerProtocol, type BrokerUrl, readBrokerUrl } from '../../../config/broker-url.ts';
import { findUrlFault } from '../../../config/service-url.ts';
import { ProblemsError } from '../../../errors/problem.ts';
import type { Broker, BrokerOptions } from './broker.ts';
import { LinkBroker } from './link-broker.ts';
import type { LinkEvents, OpenLink } from './link.ts';

/** A protocol's package is loaded when the first call needs it. */
const PROTOCOLS: Readonly<Record<BrokerProtocol, () => Promise<OpenLink>>> = {
  memory: async () => (await import('./memory.ts')).openMemoryLink,
  mqtt: async () => (await import('./mqtt.ts')).openMqttLink,
  nats: async () => (await import('./nats.ts')).openNatsLink,
  amqp: async () => (await import('./amqp.ts')).openAmqpLink,
  kafka: async () => (await import('./kafka.ts')).openKafkaLink,
  redis: async () => (await import('./redis.ts')).openRedisLink,
};

/** A broker by its URL's scheme. Nothing is connected before the first call. Throws ProblemsError for a URL that is none. */
export function createBroker(url: string, options: BrokerOptions = {}): Broker {
  const broker = readUrl(url);
  const load = PROTOCOLS[broker.protocol];
  return new LinkBroker(async (events: LinkEvents) => (await load())({ ...broker, tls: options.tls }, events), options);
}

function readUrl(url: string): BrokerUrl {
  const fault = findUrlFault(url);
  const broker = readBrokerUrl(url);
  if (broker !== undefined && fault === undefined) return broker;
  throw new ProblemsError([
    {
      severity: 'error',
      code: 'UNSUPPORTED_BROKER',
      message: `The URL does not name a message broker that can be spoken to: it ${fault ?? 'has another scheme'}.`,
      remedy: `Use one of ${Object.keys(PROTOCOLS).join(', ')}, with the options that its documentation names.`,
      places: [],
    },
  ]);
}
