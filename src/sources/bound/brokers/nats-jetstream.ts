import { jetstream, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { MsgHdrs, NatsConnection } from '@nats-io/nats-core';
import { notSent, refusedByBroker } from './broker-error.ts';
import type { Link, LinkSubscription, OnMessage, OutgoingEvent } from './link.ts';
import { createConsumer, createGroupConsumer, isGone, type NatsStream } from './nats-consumers.ts';
import { NatsHistory } from './nats-history.ts';

const REQUEST_TIMEOUT_MS = 5_000;

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

type Session = NatsStream & Pick<JetStreamOptions, 'group' | 'onLost'>;

/** Rejects when the stream does not exist. */
export async function openJetStream(
  connection: NatsConnection,
  { stream, group, onLost }: JetStreamOptions,
): Promise<JetStream> {
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: REQUEST_TIMEOUT_MS });
  const session: Session = { stream, client: jetstream(connection), manager, group, onLost };
  await manager.streams.info(stream).catch((error: unknown) => {
    throw isRefusal(error)
      ? notSent(`JetStream has no stream "${stream}": add it, or correct "jetstream" in the URL.`, error)
      : error;
  });
  return {
    publish: (event, headers) => publish(session, event, headers),
    subscribe: (topic, onMessage, after) => subscribe(session, topic, onMessage, after),
    // A group's place is the server's to know.
    resumable: group === undefined ? new NatsHistory(session) : undefined,
  };
}

async function publish(
  { client, stream }: Session,
  { topic, payload, ttlMs }: OutgoingEvent,
  headers: MsgHdrs | undefined,
): Promise<void> {
  const settings = {
    expect: { streamName: stream },
    timeout: ttlMs,
    ...(headers === undefined ? {} : { headers }),
  };
  await client.publish(topic, payload, settings).catch((error: unknown) => {
    throw isRefusal(error) ? refusedByBroker(`The stream "${stream}" did not take the message.`, error) : error;
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
  const { group, manager, stream } = session;
  if (group !== undefined) return subscribeAsGroup(session, group, topic, onMessage);
  const { state } = await manager.streams.info(stream);
  const position = Math.min(Number(after ?? state.last_seq), state.last_seq);
  const consumer = await createConsumer(session, topic, position);
  const messages = await session.client.consumers.getConsumerFromInfo(consumer).consume({
    callback: ({ subject, data, seq }) => void onMessage(subject, data, String(seq)),
  });
  void watch(session, messages);
  return {
    unsubscribe: async () => {
      await messages.close();
      await manager.consumers.delete(stream, consumer.name);
    },
    position: String(position),
    isComplete: !(await isGone(session, Number(after ?? position), state)),
  };
}

async function subscribeAsGroup(
  session: Session,
  group: string,
  topic: string,
  onMessage: OnMessage,
): Promise<LinkSubscription> {
  const consumer = await createGroupConsumer(session, topic, group);
  const messages = await session.client.consumers.getConsumerFromInfo(consumer).consume({
    callback: (message) => {
      if (onMessage(message.subject, message.data)) message.ack();
      else message.nak();
    },
  });
  void watch(session, messages);
  return { unsubscribe: async () => void (await messages.close()), isComplete: true };
}

/** A consumer that the server has lost is no use any more: another link subscribes anew, where this one has ended. */
async function watch(
  { onLost }: Session,
  messages: { status: () => AsyncIterable<{ readonly type: string }> },
): Promise<void> {
  try {
    for await (const { type } of messages.status()) {
      if (type === 'consumer_deleted' || type === 'consumer_not_found' || type === 'stream_not_found')
        onLost(new Error(`JetStream: ${type}.`));
    }
  } catch {
    // It ends with the connection, which says so itself.
  }
}
