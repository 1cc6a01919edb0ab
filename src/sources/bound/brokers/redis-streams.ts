import type { Redis } from 'ioredis';
import { refusedByBroker } from './broker-error.ts';
import type {
  KeptMessage,
  Link,
  LinkSubscription,
  MessageBody,
  OnMessage,
  OutgoingEvent,
  OutgoingRequest,
  Resumable,
} from './link.ts';
import { isRefusal, unlessRefused } from './redis-client.ts';
import { isCoveredId, type RedisEntry, RedisStreamReader } from './redis-stream-reader.ts';
import { isPattern } from './topic.ts';

const PAGE = 100;
const NO_PAYLOAD = { kind: 'unreadable', why: 'it has no payload' } as const;
/** A stream is cut to about so many entries, unless the URL says otherwise: nobody else would cut it. */
const DEFAULT_MAX_LENGTH = '10000';
/** An entry that a gateway of the group has taken and not acknowledged for so long is another's. */
const CLAIM_IDLE_MS = 60_000;

export type RedisStreamsOptions = {
  /** `group`, `maxlen`. */
  readonly options: Readonly<Record<string, string>>;
  readonly publisher: Redis;
  /** A connection of its own: it is held while there is nothing to read. */
  readonly reader: Redis;
  /** This gateway's name within a group. */
  readonly consumer: string;
  readonly replyTo: string;
  readonly onLost: (cause: unknown) => void;
};

/** What streams do otherwise than pub/sub. `sendRequest` gives whether anybody has ever listened. */
export type RedisStreams = Pick<Link, 'sendEvent' | 'subscribe' | 'resumable'> & {
  readonly sendRequest: (request: OutgoingRequest) => Promise<boolean>;
  /** Ends reading, and gives up what this gateway is to its group. */
  readonly close: () => Promise<void>;
};

type Session = RedisStreamsOptions & {
  readonly streams: RedisStreamReader;
  readonly listeners: Map<string, OnMessage>;
};

/**
 * Redis streams: a topic is a stream of that name, its messages entries with the fields `payload` and `key`, or `id`,
 * `replyTo`, `expiresAt` and `payload` for a request. Replies come over pub/sub. A cursor is an entry's id.
 */
export async function openRedisStreams(settings: RedisStreamsOptions): Promise<RedisStreams> {
  const { publisher, reader, options, consumer, replyTo, onLost } = settings;
  const readerId = String(await reader.client('ID'));
  const listeners = new Map<string, OnMessage>();
  const { group } = options;
  const streams = new RedisStreamReader({
    reader,
    readerId,
    waker: publisher,
    command: group === undefined ? ['XREAD'] : ['XREADGROUP', 'GROUP', group, consumer],
    onEntry: (stream, entry) => deliver(session, stream, entry),
    onLost,
  });
  const session: Session = { ...settings, streams, listeners };
  const trim = ['MAXLEN', '~', options['maxlen'] ?? DEFAULT_MAX_LENGTH] as const;
  return {
    sendRequest: async ({ id, topic, payload, expiresAt }) => {
      const fields = ['id', id, 'replyTo', replyTo, 'expiresAt', expiresAt, 'payload', payload];
      // Workers make the stream, with their group: where there is none, nobody listens.
      return (await unlessRefused(publisher.call('XADD', topic, 'NOMKSTREAM', ...trim, '*', ...fields))) !== null;
    },
    sendEvent: async ({ topic, payload, key }: OutgoingEvent) => {
      const fields = key === undefined ? ['payload', payload] : ['payload', payload, 'key', key];
      await unlessRefused(publisher.call('XADD', topic, ...trim, '*', ...fields));
    },
    subscribe: (topic, onMessage, after) => subscribe(session, topic, onMessage, after),
    // A group's place is the broker's to know.
    resumable: group === undefined ? toResumable(session) : undefined,
    close: async () => streams.close(),
  };
}

async function subscribe(
  session: Session,
  topic: string,
  onMessage: OnMessage,
  after: string | undefined,
): Promise<LinkSubscription> {
  const { listeners, streams, options, publisher } = session;
  if (isPattern(topic)) throw refusedByBroker(`Redis streams have no patterns, as in "${topic}".`);
  const { group } = options;
  if (group !== undefined) {
    const made = publisher.xgroup('CREATE', topic, group, '$', 'MKSTREAM');
    await unlessRefused(
      made.catch((error: unknown) => (isRefusal(error, 'BUSYGROUP') ? undefined : Promise.reject(error))),
    );
  }
  const info = await readInfo(publisher, topic);
  const position = after !== undefined && isCoveredId(after, info.last) ? after : info.last;
  listeners.set(topic, onMessage);
  streams.add(topic, group === undefined ? position : '>');
  const claiming = group === undefined ? undefined : await claimAlways(session, topic, group);
  const unsubscribe = async () => {
    clearInterval(claiming);
    listeners.delete(topic);
    await streams.remove(topic);
    if (group !== undefined) await leave(session, topic, group);
  };
  if (group !== undefined) return { unsubscribe, isComplete: true };
  return { unsubscribe, position, isComplete: !(await isGone(publisher, topic, after ?? position, info)) };
}

function deliver({ listeners, options, publisher }: Session, stream: string, [id, fields]: RedisEntry): void {
  const { group } = options;
  const isTaken = listeners.get(stream)?.(stream, readPayload(fields), group === undefined ? id : undefined) === true;
  // An entry whose acknowledgement fails is delivered again: at least once.
  if (group !== undefined && isTaken) publisher.xack(stream, group, id).catch(() => {});
}

function readPayload(fields: readonly string[]): MessageBody {
  const index = fields.findIndex((field, at) => at % 2 === 0 && field === 'payload');
  return (index === -1 ? undefined : fields[index + 1]) ?? NO_PAYLOAD;
}

/** Takes over, now and from time to time, what gateways of the group have left without acknowledging it. */
async function claimAlways(session: Session, topic: string, group: string): Promise<NodeJS.Timeout> {
  const claim = async () => {
    let from: string | undefined = '0-0';
    while (from !== undefined) from = await claimPage(session, { topic, group, from });
  };
  await claim();
  return setInterval(() => void claim().catch(session.onLost), CLAIM_IDLE_MS / 2);
}

/** Gives where to go on; undefined at the end, or where nobody listens any more. */
async function claimPage(
  session: Session,
  { topic, group, from }: { readonly topic: string; readonly group: string; readonly from: string },
): Promise<string | undefined> {
  const { publisher, consumer, listeners } = session;
  // Redis' answer, as its documentation gives it: where to go on, the entries, and those that were removed meanwhile.
  const claimed = await publisher.xautoclaim(topic, group, consumer, CLAIM_IDLE_MS, from, 'COUNT', PAGE);
  const [next, entries] = claimed as [string, (RedisEntry | null)[]];
  for (const entry of entries) if (entry !== null) deliver(session, topic, entry);
  return next === '0-0' || !listeners.has(topic) ? undefined : next;
}

/** Nothing is left behind in the group, unless entries wait for an acknowledgement: another gateway takes those over. */
async function leave({ publisher, consumer }: Session, topic: string, group: string): Promise<void> {
  const waiting = await publisher.xpending(topic, group, '-', '+', 1, consumer);
  if (waiting.length === 0) await publisher.xgroup('DELCONSUMER', topic, group, consumer);
}

type Info = { readonly last: string; readonly length: number; readonly added: number };

async function readInfo(redis: Redis, topic: string): Promise<Info> {
  try {
    const fields = (await redis.xinfo('STREAM', topic)) as readonly unknown[];
    const read = (name: string) => fields[fields.indexOf(name) + 1];
    const length = Number(read('length'));
    const added = fields.includes('entries-added') ? Number(read('entries-added')) : length;
    return { last: String(read('last-generated-id')), length, added };
  } catch (error) {
    if (isRefusal(error, 'ERR no such key')) return { last: '0-0', length: 0, added: 0 };
    return unlessRefused(Promise.reject(error));
  }
}

function toResumable(session: Session): Resumable {
  return {
    isCursor: (text) => /^\d{1,15}-\d{1,15}$/.test(text),
    isCovered: isCoveredId,
    readAfter: (topic, cursor) => readAfter(session, topic, cursor),
  };
}

async function* readAfter(
  { publisher }: Session,
  topic: string,
  cursor: string,
): AsyncGenerator<KeptMessage, undefined> {
  const info = await readInfo(publisher, topic);
  let position = cursor;
  if (await isGone(publisher, topic, cursor, info)) {
    position = isCoveredId(cursor, info.last) ? cursor : info.last;
    yield { kind: 'gap', cursor: position };
  }
  for (;;) {
    const entries = await unlessRefused(publisher.xrange(topic, `(${position}`, '+', 'COUNT', PAGE));
    for (const [id, fields] of entries) {
      position = id;
      yield { kind: 'message', topic, body: readPayload(fields), cursor: id };
    }
    if (entries.length < PAGE) return undefined;
  }
}

/**
 * Whether something that came after an entry may have been removed. Streams are cut from the oldest on: while an entry is
 * there, what came after it is too. Beyond the end it is of a stream that was there before.
 */
async function isGone(redis: Redis, topic: string, after: string, info: Info): Promise<boolean> {
  if (isCoveredId(info.last, after)) return after !== info.last;
  if (after === '0-0') return info.added > info.length;
  return (await unlessRefused(redis.xrange(topic, after, after))).length === 0;
}
