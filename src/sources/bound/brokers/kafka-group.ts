import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { KafkaCluster } from './kafka-cluster.ts';
import type { LinkSubscription, OnMessage } from './link.ts';

/** A member that says nothing for so long has left; the others wait no longer for it. */
const SESSION_TIMEOUT_MS = 10_000;

export type KafkaGroupOptions = {
  readonly kafka: Kafka;
  readonly cluster: KafkaCluster;
  readonly group: string;
  readonly onLost: (cause: unknown) => void;
};

/**
 * A topic read as a member of a group, which has a group of its own for each topic: members of one would otherwise be
 * given partitions of topics that they don't read. Offsets are committed once somebody has taken the messages.
 */
export async function subscribeAsGroup(
  { kafka, cluster, group, onLost }: KafkaGroupOptions,
  topic: string,
  onMessage: OnMessage,
): Promise<LinkSubscription> {
  const groupId = `${group}.${topic}`;
  const edges = await cluster.edges(topic);
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: 500,
    sessionTimeout: SESSION_TIMEOUT_MS,
    retry: { restartOnFailure: async () => false },
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => onLost(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: false });
    const committed = await readCommitted(kafka, groupId, topic);
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (batch) => deliver(consumer, batch, onMessage),
    });
    // Where the group was never, it begins where the topic ended when it was asked for.
    for (const [partition, { high }] of edges)
      if (!committed.has(partition)) consumer.seek({ topic, partition, offset: String(high) });
  } catch (error) {
    await consumer.disconnect();
    throw error;
  }
  return { unsubscribe: () => consumer.disconnect(), isComplete: true };
}

/** The partitions of which the group has committed an offset. */
async function readCommitted(kafka: Kafka, groupId: string, topic: string): Promise<ReadonlySet<number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return new Set(found?.partitions.filter(({ offset }) => Number(offset) >= 0).map(({ partition }) => partition));
  } finally {
    await admin.disconnect();
  }
}

/** What nobody has taken is not committed: it is read again by who comes next. */
async function deliver(consumer: Consumer, payload: EachBatchPayload, onMessage: OnMessage): Promise<void> {
  const { topic, partition, messages } = payload.batch;
  let next: number | undefined;
  for (const { offset, value } of messages) {
    if (payload.isStale() || !onMessage(topic, value ?? '')) break;
    payload.resolveOffset(offset);
    next = Number(offset) + 1;
  }
  if (next !== undefined) await consumer.commitOffsets([{ topic, partition, offset: String(next) }]);
}
