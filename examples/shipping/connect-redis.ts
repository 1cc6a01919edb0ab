import { Redis } from 'ioredis';
import { readEnvelope, readJson, type WorkerConnection } from './worker-connection.ts';

/** Redis pub/sub has no properties: requests and answers are wrapped. A subscribed connection can't publish: two. */
export async function connectRedis(url: string): Promise<WorkerConnection> {
  const options = { lazyConnect: true, connectionName: 'shipping' };
  const publisher = new Redis(url, options);
  const subscriber = new Redis(url, options);
  const listeners = new Map<string, (body: string, channel: string) => void>();
  subscriber.on('message', (channel: string, body: string) => listeners.get(channel)?.(body, channel));
  subscriber.on('pmessage', (pattern: string, channel: string, body: string) =>
    listeners.get(pattern)?.(body, channel),
  );
  // The client reconnects and subscribes again; without a listener each failed attempt would be printed with its stack.
  for (const client of [publisher, subscriber]) client.on('error', () => {});
  await Promise.all([publisher.connect(), subscriber.connect()]);
  const listen = async (topic: string, listener: (body: string, channel: string) => void) => {
    listeners.set(topic, listener);
    if (topic.includes('*')) await subscriber.psubscribe(topic);
    else await subscriber.subscribe(topic);
  };
  return {
    onRequest: (topic, listener) =>
      listen(topic, (body) => {
        const request = readEnvelope(body);
        if (request === undefined) return;
        const { id, payload, expiresAt, replyTo } = request;
        listener({
          id,
          payload,
          expiresAt,
          answer: (answer) => void publisher.publish(replyTo, JSON.stringify(answer)),
        });
      }),
    onEvent: (topic, listener) => listen(topic, (body, channel) => listener(readJson(body), channel)),
    publish: async (topic, event) => void (await publisher.publish(topic, JSON.stringify(event))),
    close: async () => {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
