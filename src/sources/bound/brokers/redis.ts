import type { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { loginRefused } from './broker-error.ts';
import { parseEnvelope, printEnvelope } from './envelope.ts';
import type { BrokerAddress, Link, LinkEvents, OutgoingRequest } from './link.ts';
import { createRedisClient, isLoginRefused, unlessRefused } from './redis-client.ts';
import type { RedisStreams } from './redis-streams.ts';
import { isPattern } from './topic.ts';

const PING_INTERVAL_MS = 10_000;

/**
 * Redis pub/sub, or streams (`?streams=true`, see redis-streams.ts). Pub/sub has no properties, so requests and replies are
 * wrapped (see envelope.ts), and PUBLISH answers how many received the message. Connections that are subscribed may not
 * publish, and those that wait for entries can do nothing else: there is one for each.
 */
export async function openRedisLink(broker: BrokerAddress, events: LinkEvents): Promise<Link> {
  const { options } = broker;
  let isClosing = false;
  const lose = (cause?: unknown) => {
    if (!isClosing) events.onLost(cause ?? new Error('The Redis connection was closed.'));
  };
  const [publisher, subscriber, reader] = [0, 1, 2].map(() => createRedisClient(broker, lose)) as [Redis, Redis, Redis];
  const clients = options['streams'] === undefined ? [publisher, subscriber] : [publisher, subscriber, reader];
  const consumer = randomUUID();
  const replyTo = `selvedge.replies.${consumer}`;
  let streams: RedisStreams | undefined;
  /** It holds the command that was refused, and so the password. */
  let refusal: Error | undefined;
  const close = async () => {
    isClosing = true;
    clearInterval(pinging);
    await streams?.close();
    for (const client of clients) client.disconnect();
  };
  for (const client of clients) {
    client.on('error', lose).on('end', () => lose());
    // What ends the connection, the client says only here.
    client.on('error', (error: unknown) => {
      if (isLoginRefused(error)) refusal = error;
    });
  }
  const pinging = pingEvery(PING_INTERVAL_MS, clients, lose);
  try {
    await Promise.all(clients.map((client) => client.connect()));
    const channels = createChannels(subscriber);
    await channels.subscribe(replyTo, (_channel, body) => readReply(body, events));
    if (options['streams'] === undefined) return { ...openPubSub(publisher, channels, { replyTo, events }), close };
    const { openRedisStreams } = await import('./redis-streams.ts');
    streams = await openRedisStreams({ options, publisher, reader, consumer, replyTo, onLost: lose });
    const { sendRequest, sendEvent, subscribe, resumable } = streams;
    const sendOrTell = async (request: OutgoingRequest) => {
      if (!(await sendRequest(request))) events.onNobody(request.id);
    };
    return { sendRequest: sendOrTell, sendEvent, subscribe, resumable, close };
  } catch (error) {
    await close();
    if (isLoginRefused(error)) refusal = error;
    throw refusal === undefined ? error : loginRefused('Redis', new Error(refusal.message));
  }
}

type Channels = { readonly subscribe: (topic: string, onBody: OnBody) => Promise<() => Promise<void>> };
type OnBody = (channel: string, body: string) => void;

function openPubSub(
  publisher: Redis,
  channels: Channels,
  { replyTo, events }: { readonly replyTo: string; readonly events: LinkEvents },
): Pick<Link, 'sendRequest' | 'sendEvent' | 'subscribe'> {
  return {
    sendRequest: async (request) => {
      const receivers = await unlessRefused(publisher.publish(request.topic, printEnvelope(request, replyTo)));
      if (receivers === 0) events.onNobody(request.id);
    },
    sendEvent: async ({ topic, payload }) => void (await unlessRefused(publisher.publish(topic, payload))),
    subscribe: async (topic, onMessage) => ({
      unsubscribe: await unlessRefused(channels.subscribe(topic, onMessage)),
      isComplete: false,
    }),
  };
}

function createChannels(subscriber: Redis): Channels {
  const handlers = new Map<string, OnBody>();
  subscriber.on('message', (channel: string, body: string) => handlers.get(channel)?.(channel, body));
  subscriber.on('pmessage', (pattern: string, channel: string, body: string) => handlers.get(pattern)?.(channel, body));
  return {
    subscribe: async (topic, onBody) => {
      const pattern = isPattern(topic) ? toGlob(topic) : undefined;
      const channel = pattern ?? topic;
      handlers.set(channel, onBody);
      try {
        await (pattern === undefined ? subscriber.subscribe(topic) : subscriber.psubscribe(pattern));
      } catch (error) {
        handlers.delete(channel);
        throw error;
      }
      return async () => {
        handlers.delete(channel);
        await (pattern === undefined ? subscriber.unsubscribe(topic) : subscriber.punsubscribe(pattern));
      };
    },
  };
}

function readReply(body: string, events: LinkEvents): void {
  const envelope = parseEnvelope(body);
  if (envelope === undefined) events.onUnreadableReply();
  else events.onReply(envelope.id, envelope.reply);
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
