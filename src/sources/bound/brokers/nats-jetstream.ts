import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  type JsMsg,
  type StreamState,
} from '@nats-io/jetstream';
import { type MsgHdrs, type NatsConnection, nanos } from '@nats-io/nats-core';
import { refusedByBroker } from './broker-error.ts';
import type { KeptMessage, Link, LinkSubscription, OnMessage, OutgoingEvent, Resumable } from './link.ts';

/** Of the messages read ahead while catching up. */
const PAGE = 100;
/** The server removes a consumer that nobody has read from for so long. */
const INACTIVE_MS = 60_000;
const CREATE_TIMEOUT_MS = 5_000;

export type JetStreamOptions = {
  readonly stream: string;
  /** Durable consumers of this name: what comes while no gateway is there waits, and each message goes to one of them. */
  readonly group: string | undefined;
  /** Told of a consumer that the server has taken away. */
  readonly onLost: (cause: unknown) => void;
};

/** What a stream adds to a connection: publishes acknowledged by JetStream, and subscriptions that can be resumed. */
export type JetStream = Pick<Link, 'subscribe' | 'resumable'> & {
  readonly publish: (event: OutgoingEvent, headers: MsgHdrs | undefined) => Promise<void>;
};

type Session = {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly connection: NatsConnection;
  readonly options: JetStreamOptions;
};

/** Rejects when the stream does not exist. A cursor is the message's sequence number in the stream. */
export async function openJetStream(connection: NatsConnection, options: JetStreamOptions): Promise<JetStream> {
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: CREATE_TIMEOUT_MS });
  const session = { client: jetstream(connection), manager, connection, options };
  await manager.streams.info(options.stream);
  return {
    publish: (event, headers) => publish(session, event, headers),
    subscribe: (topic, onMessage, after) => subscribe(session, topic, onMessage, after),
    // A group's place is the server's to know.
    resumable: options.group === undefined ? toResumable(session) : undefined,
  };
}

async function publish(
  { client, options }: Session,
  { topic, payload, ttlMs }: OutgoingEvent,
  headers: MsgHdrs | undefined,
): Promise<void> {
  const settings = {
    expect: { streamName: options.stream },
    timeout: ttlMs,
    ...(headers === undefined ? {} : { headers }),
  };
  await client.publish(topic, payload, settings).catch((error: unknown) => {
    throw isRefusal(error) ? refusedByBroker(`The stream "${options.stream}" did not take the message.`, error) : error;
  });
}

/** The server's own no, or that no stream listens on the subject: in both cases nothing was stored. */
function isRefusal(error: unknown): boolean {
  return error instanceof JetStreamApiError || (error instanceof Error && error.name === 'JetStreamNotEnabled');
}

async function subscribe(
  session: Session,
  topic: string,
  onMessage: OnMessage,
  after: string | undefined,
): Promise<LinkSubscription> {
  const { stream, group } = session.options;
  const { state } = await session.manager.streams.info(stream);
  const position = Math.min(Number(after ?? state.last_seq), state.last_seq);
  const consumer = await createConsumer(session, topic, group === undefined ? position : undefined);
  const messages = await session.client.consumers.getConsumerFromInfo(consumer).consume({
    callback: (message) => {
      const isTaken = onMessage(message.subject, message.data, group === undefined ? String(message.seq) : undefined);
      if (group === undefined) return;
      if (isTaken) message.ack();
      else message.nak();
    },
  });
  void watch(session, messages);
  return {
    unsubscribe: async () => {
      await messages.close();
      if (group === undefined) await session.manager.consumers.delete(stream, consumer.name);
    },
    ...(group === undefined ? { position: String(position) } : {}),
    isComplete: group !== undefined || !(await isGone(session, Number(after ?? position), state)),
  };
}

/** A consumer that the server has lost is no use any more: another link subscribes anew, where this one has ended. */
async function watch(
  { options }: Session,
  messages: { status: () => AsyncIterable<{ readonly type: string }> },
): Promise<void> {
  try {
    for await (const { type } of messages.status()) {
      if (type === 'consumer_deleted' || type === 'consumer_not_found' || type === 'stream_not_found')
        options.onLost(new Error(`JetStream: ${type}.`));
    }
  } catch {
    // It ends with the connection, which says so itself.
  }
}

/** Behind a sequence number; without one, the durable consumer of the group, which knows where it was. */
async function createConsumer(
  { manager, options }: Session,
  topic: string,
  behind: number | undefined,
): Promise<ConsumerInfo> {
  const { stream, group } = options;
  if ((await manager.streams.find(topic).catch(() => undefined)) !== stream)
    throw refusedByBroker(`The stream "${stream}" keeps no messages of the topic "${topic}".`);
  const filter = { filter_subject: topic };
  try {
    return behind === undefined
      ? await manager.consumers.add(stream, {
          ...filter,
          durable_name: `${group}_${toName(topic)}`,
          ack_policy: AckPolicy.Explicit,
          deliver_policy: DeliverPolicy.New,
        })
      : await manager.consumers.add(stream, {
          ...filter,
          ack_policy: AckPolicy.None,
          deliver_policy: DeliverPolicy.StartSequence,
          opt_start_seq: behind + 1,
          mem_storage: true,
          num_replicas: 1,
          inactive_threshold: nanos(INACTIVE_MS),
        });
  } catch (error) {
    throw error instanceof JetStreamApiError
      ? refusedByBroker(`The stream "${stream}" did not take the subscription.`, error)
      : error;
  }
}

/** Consumers' names may hold no dots and wildcards; every topic has a name of its own. */
function toName(topic: string): string {
  return topic.replaceAll(/[^\w-]/g, (character) => `=${character.charCodeAt(0).toString(16)}`);
}

function toResumable(session: Session): Resumable {
  return {
    isCursor: (text) => /^\d{1,15}$/.test(text),
    isCovered: (cursor, position) => Number(cursor) <= Number(position),
    readAfter: (topic, cursor) => readAfter(session, topic, cursor),
  };
}

async function* readAfter(session: Session, topic: string, cursor: string): AsyncGenerator<KeptMessage, undefined> {
  const { manager, client, options } = session;
  const { state } = await manager.streams.info(options.stream);
  let behind = Number(cursor);
  if (await isGone(session, behind, state)) {
    behind = Math.min(behind, state.last_seq);
    yield { kind: 'gap', cursor: String(behind) };
  }
  const consumer = await createConsumer(session, topic, behind);
  try {
    let left = consumer.num_pending;
    if (left === 0) return undefined;
    const messages = await client.consumers.getConsumerFromInfo(consumer).consume({ max_messages: PAGE });
    for await (const message of messages) {
      yield toKept(message);
      left -= 1;
      if (left === 0) return undefined;
    }
    throw new Error('The messages that are kept could not be read to their end.');
  } finally {
    await manager.consumers.delete(options.stream, consumer.name).catch(() => {});
  }
}

function toKept(message: JsMsg): KeptMessage {
  return { kind: 'message', topic: message.subject, body: message.data, cursor: String(message.seq) };
}

/**
 * Whether something that came after a message may have been removed. Streams forget the oldest first, as a whole or of
 * each subject: while a message is there, what came after it is too. Beyond the end it is of a stream that was there before.
 */
async function isGone({ manager, options }: Session, after: number, state: StreamState): Promise<boolean> {
  if (after >= state.last_seq) return after > state.last_seq;
  if (after === 0) return state.first_seq > 1;
  return (await manager.streams.getMessage(options.stream, { seq: after })) === null;
}
