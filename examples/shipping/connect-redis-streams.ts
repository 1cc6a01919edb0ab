import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { readJson, type WorkerConnection } from './worker-connection.ts';

/** The instances of the service: each request and each event reaches one of them. */
const GROUP = 'shipping';
const BLOCK_MS = 1_000;
const RETRY_MS = 500;

type Fields = Readonly<Record<string, string>>;
type Read = readonly (readonly [stream: string, entries: readonly (readonly [id: string, fields: string[]])[]])[];

/** Redis streams with a consumer group: a topic is a stream, its messages' fields say what pub/sub has to wrap. */
export async function connectRedisStreams(url: string): Promise<WorkerConnection> {
  const options = { lazyConnect: true, connectionName: 'shipping', protocol: 2 as const };
  const address = new URL(url);
  address.search = '';
  const publisher = new Redis(address.toString(), options);
  const readers: Redis[] = [];
  let isClosed = false;
  await publisher.on('error', () => {}).connect();

  /** A connection of its own for each stream: it is held while there is nothing to read. */
  async function listen(stream: string, listener: (fields: Fields) => void): Promise<void> {
    await publisher.xgroup('CREATE', stream, GROUP, '$', 'MKSTREAM').catch((error: unknown) => {
      if (!String(error).includes('BUSYGROUP')) throw error;
    });
    const reader = new Redis(address.toString(), options).on('error', () => {});
    readers.push(reader);
    await reader.connect();
    void read(reader, stream, listener);
  }

  async function read(reader: Redis, stream: string, listener: (fields: Fields) => void): Promise<void> {
    const command = ['GROUP', GROUP, randomUUID(), 'COUNT', 100, 'BLOCK', BLOCK_MS, 'STREAMS', stream, '>'];
    while (!isClosed) {
      try {
        const found = (await reader.call('XREADGROUP', ...command)) as Read | null;
        for (const [id, fields] of found?.[0]?.[1] ?? []) {
          listener(toFields(fields));
          await publisher.xack(stream, GROUP, id);
        }
      } catch {
        // The client reconnects by itself.
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  return {
    onRequest: (topic, listener) =>
      listen(topic, ({ id, replyTo, expiresAt, payload = 'null' }) => {
        if (id === undefined || replyTo === undefined) return;
        const answer = (reply: object) => void publisher.publish(replyTo, JSON.stringify(reply));
        listener({ id, payload: readJson(payload), expiresAt: Number(expiresAt), answer });
      }),
    onEvent: (topic, listener) => listen(topic, ({ payload = 'null' }) => listener(readJson(payload), topic)),
    publish: async (topic, event) => void (await publisher.xadd(topic, '*', 'payload', JSON.stringify(event))),
    close: async () => {
      isClosed = true;
      for (const client of [publisher, ...readers]) client.disconnect();
    },
  };
}

function toFields(list: readonly string[]): Fields {
  const fields: Record<string, string> = {};
  for (let index = 0; index < list.length; index += 2) fields[list[index] ?? ''] = list[index + 1] ?? '';
  return fields;
}
