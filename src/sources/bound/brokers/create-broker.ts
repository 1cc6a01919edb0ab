import { ProblemsError } from '../../../errors/problem.ts';
import type { Broker, BrokerOptions } from './broker.ts';
import { LinkBroker } from './link-broker.ts';
import type { OpenLink } from './link.ts';

/** By scheme; a protocol's package is loaded when the first call needs it. */
const LINKS: Readonly<Record<string, () => Promise<OpenLink>>> = {
  'memory:': async () => (await import('./memory.ts')).openMemoryLink,
  'mqtt:': async () => (await import('./mqtt.ts')).openMqttLink,
  'mqtts:': async () => (await import('./mqtt.ts')).openMqttLink,
  'nats:': async () => (await import('./nats.ts')).openNatsLink,
  'amqp:': async () => (await import('./amqp.ts')).openAmqpLink,
  'amqps:': async () => (await import('./amqp.ts')).openAmqpLink,
  'redis:': async () => (await import('./redis.ts')).openRedisLink,
  'rediss:': async () => (await import('./redis.ts')).openRedisLink,
};

/** A broker by its URL's scheme. Nothing is connected before the first call. Throws ProblemsError for other schemes. */
export function createBroker(url: string, options: BrokerOptions = {}): Broker {
  const openLink = isBrokerUrl(url) ? LINKS[new URL(url).protocol] : undefined;
  if (openLink === undefined) {
    const schemes = Object.keys(LINKS).map((scheme) => (scheme === 'memory:' ? scheme : `${scheme}//`));
    throw new ProblemsError([
      {
        severity: 'error',
        code: 'UNSUPPORTED_BROKER',
        message: 'The URL does not name a message broker that can be spoken to.',
        remedy: `Use one of ${schemes.join(', ')}.`,
        places: [],
      },
    ]);
  }
  return new LinkBroker(url, openLink, options);
}

function isBrokerUrl(url: string): boolean {
  return URL.canParse(url) && Object.hasOwn(LINKS, new URL(url).protocol);
}
