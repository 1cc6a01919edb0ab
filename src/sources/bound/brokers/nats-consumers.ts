import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  JetStreamApiError,
  type StreamState,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { refusedByBroker } from './broker-error.ts';

/** The server removes a consumer that nobody has read from for so long. */
const INACTIVE_MS = 60_000;

/** One stream, over one connection. */
export type NatsStream = {
  readonly stream: string;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
};

/** What reads the messages of a topic behind a sequence number. It is gone soon after nobody reads from it. */
export async function createConsumer(stream: NatsStream, topic: string, behind: number): Promise<ConsumerInfo> {
  return addConsumer(stream, topic, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: behind + 1,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: nanos(INACTIVE_MS),
  });
}

/** What reads a topic for a group, and knows where the group was. */
export async function createGroupConsumer(stream: NatsStream, topic: string, group: string): Promise<ConsumerInfo> {
  return addConsumer(stream, topic, {
    durable_name: `${group}_${toName(topic)}`,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.New,
  });
}

async function addConsumer(
  { manager, stream }: NatsStream,
  topic: string,
  settings: Parameters<JetStreamManager['consumers']['add']>[1],
): Promise<ConsumerInfo> {
  if ((await manager.streams.find(topic).catch(() => undefined)) !== stream)
    throw refusedByBroker(`The stream "${stream}" keeps no messages of the topic "${topic}".`);
  return manager.consumers.add(stream, { ...settings, filter_subject: topic }).catch((error: unknown) => {
    throw error instanceof JetStreamApiError
      ? refusedByBroker(`The stream "${stream}" did not take the subscription.`, error)
      : error;
  });
}

/** Consumers' names may hold no dots and wildcards; every topic has a name of its own. */
function toName(topic: string): string {
  return topic.replaceAll(/[^\w-]/g, (character) => `=${character.charCodeAt(0).toString(16)}`);
}

/**
 * Whether something that came after a message may have been removed. Streams forget the oldest first, as a whole or of
 * each subject: while a message is there, what came after it is too. Beyond the end it is of a stream that was there before.
 */
export async function isGone({ manager, stream }: NatsStream, after: number, state: StreamState): Promise<boolean> {
  if (after >= state.last_seq) return after > state.last_seq;
  if (after === 0) return state.first_seq > 1;
  return (await manager.streams.getMessage(stream, { seq: after })) === null;
}
