import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import type { BrokerUrl } from '../../../config/broker-url.ts';
import { parseEnvelope, printEnvelope } from './envelope.ts';
import type { Link, LinkEvents, LinkSubscription, OnMessage } from './link.ts';
import { isPattern } from './topic.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const PING_INTERVAL_MS = 10_000;

/**
 * Redis pub/sub: no properties, so requests and replies are wrapped (see envelope.ts). PUBLISH answers how many
 * received the message. Two connections: one that is subscribed may not publish.
 */
export async function openRedisLink({ address }: BrokerUrl, events: LinkEvents): Promise<Link> {
  const publisher = createClient(address);
  const subscriber = createClient(address);
  const clients = [publisher, subscriber];
  const replyTo = `selvedge.replies.${randomUUID()}`;
  const handlers = new Map<string, OnMessage>();
  let isClosing = false;
  const close = async () => {
    isClosing = true;
    clearInterval(pinging);
    for (const client of clients) client.disconnect();
  };
  const lose = (cause?: unknown) => {
    if (!isClosing) events.onLost(cause ?? new Error('The Redis connection was closed.'));
  };
  for (const client of clients) client.on('error', lose).on('end', () => lose());
  const pinging = pingEvery(PING_INTERVAL_MS, clients, lose);
  subscriber.on('message', (channel: string, body: string) => {
    if (channel === replyTo) readReply(body, events);
    else handlers.get(channel)?.(channel, body);
  });
  subscriber.on('pmessage', (pattern: string, channel: string, body: string) => handlers.get(pattern)?.(channel, body));
  try {
    await Promise.all(clients.map((client) => client.connect()));
    await subscriber.subscribe(replyTo);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    sendRequest: async (request) => {
      const receivers = await publisher.publish(request.topic, printEnvelope(request, replyTo));
      if (receivers === 0) events.onNobody(request.id);
    },
    sendEvent: async ({ topic, payload }) => void (await publisher.publish(topic, payload)),
    subscribe: (topic, onMessage) => subscribe(subscriber, handlers, topic, onMessage),
    close,
  };
}

/** Nothing is queued, repeated or reconnected: a link that breaks is replaced, and its calls are settled by the broker. */
function createClient(url: string): Redis {
  return new Redis(url, {
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
  });
}

function readReply(body: string, events: LinkEvents): void {
  const envelope = parseEnvelope(body);
  if (envelope === undefined) events.onUnreadableReply();
  else events.onReply(envelope.id, envelope.reply);
}

async function subscribe(
  subscriber: Redis,
  handlers: Map<string, OnMessage>,
  topic: string,
  onMessage: OnMessage,
): Promise<LinkSubscription> {
  const pattern = isPattern(topic) ? toGlob(topic) : undefined;
  const channel = pattern ?? topic;
  handlers.set(channel, onMessage);
  try {
    await (pattern === undefined ? subscriber.subscribe(topic) : subscriber.psubscribe(pattern));
  } catch (error) {
    handlers.delete(channel);
    throw error;
  }
  const unsubscribe = async () => {
    handlers.delete(channel);
    await (pattern === undefined ? subscriber.unsubscribe(topic) : subscriber.punsubscribe(pattern));
  };
  return { unsubscribe, isComplete: false };
}

/** Our pattern as a glob, which is wider (`*` crosses dots): what is too much is left out when it comes. */
function toGlob(topic: string): string {
  const segments = topic.split('.').map((segment) => (segment === '*' || segment === '>' ? '*' : escapeGlob(segment)));
  return segments.join('.');
}

function escapeGlob(segment: string): string {
  return segment.replaceAll(/[*?[\]\\]/g, String.raw`\$&`);
}

/** Redis has no heartbeat: a ping that is not answered before the next one shows a dead connection. */
function pingEvery(intervalMs: number, clients: readonly Redis[], lose: (cause: unknown) => void): NodeJS.Timeout {
  let unanswered = 0;
  return setInterval(() => {
    if (unanswered > 0) return lose(new Error('Redis did not answer a ping.'));
    unanswered = clients.length;
    for (const client of clients) {
      client.ping().then(
        () => {
          unanswered -= 1;
        },
        (error: unknown) => lose(error),
      );
    }
  }, intervalMs);
}
