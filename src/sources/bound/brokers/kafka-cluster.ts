import { createRequire } from 'node:module';
import type { KafkaConfig } from 'kafkajs';

const CONNECT_TIMEOUT_MS = 5_000;
/** After this, leaders and partitions are looked up again. */
const METADATA_MAX_AGE_MS = 60_000;
/** How long a broker holds a fetch that finds nothing. */
const FETCH_WAIT_MS = 250;
const FETCH_MAX_BYTES = 10_000_000;

/** One record; offsets are decimal. */
export type KafkaRecord = {
  readonly partition: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | undefined>>;
};

/** What was read of a partition; `next` is where to go on, behind what was left out too (aborted, compacted). */
export type KafkaBatch = {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
  readonly next: number;
};

/** Where to read on: the next offset by partition. */
export type KafkaOffsets = ReadonlyMap<number, number>;

/** A cluster as a reader without a group sees it. */
export type KafkaCluster = {
  /** The first offset that is kept and the next one that will be given, of each partition. Rejects for an unknown topic. */
  readonly edges: (topic: string) => Promise<ReadonlyMap<number, { readonly low: number; readonly high: number }>>;
  /** Partitions of a topic by the node that leads them. Of topics whose edges were asked for. */
  readonly leaders: (topic: string) => ReadonlyMap<string, readonly number[]>;
  /** Looks leaders and partitions up again where that was long ago. */
  readonly refresh: () => Promise<void>;
  /** Reads from one node, held a while when there is nothing. */
  readonly fetch: (node: string, topics: ReadonlyMap<string, KafkaOffsets>) => Promise<readonly KafkaBatch[]>;
  readonly close: () => Promise<void>;
};

type PartitionOffset = { readonly partition: number; readonly offset: string };

/** What is used of kafkajs' own cluster: it has no public way to read without a group, whose joining takes seconds. */
type Cluster = {
  readonly connect: () => Promise<void>;
  readonly disconnect: () => Promise<void>;
  readonly addTargetTopic: (topic: string) => Promise<void>;
  readonly refreshMetadataIfNecessary: () => Promise<void>;
  readonly findTopicPartitionMetadata: (topic: string) => readonly { readonly partitionId: number }[];
  readonly findLeaderForPartitions: (topic: string, ids: readonly number[]) => Readonly<Record<string, number[]>>;
  readonly fetchTopicsOffset: (
    topics: readonly { topic: string; partitions: readonly { partition: number }[]; fromBeginning: boolean }[],
  ) => Promise<readonly { readonly topic: string; readonly partitions: readonly PartitionOffset[] }[]>;
  readonly findBroker: (node: { readonly nodeId: string }) => Promise<{
    readonly fetch: (request: object) => Promise<{
      readonly responses: readonly { readonly topicName: string; readonly partitions: readonly object[] }[];
    }>;
  }>;
};
type Batch = {
  readonly partition: number;
  readonly messages: readonly Omit<KafkaRecord, 'partition'>[];
  readonly lastOffset: () => string;
};

const require = createRequire(import.meta.url);
const ClusterOf = require('kafkajs/src/cluster/index.js') as new (options: object) => Cluster;
const BatchOf = require('kafkajs/src/consumer/batch.js') as new (
  topic: string,
  from: string,
  partition: object,
) => Batch;
const { createLogger } = require('kafkajs/src/loggers/index.js') as { createLogger: (options: object) => object };
type RequestQueue = { readonly pending: readonly unknown[]; readonly throttledUntil: number };
const { prototype: queueOf } = require('kafkajs/src/network/requestQueue/index.js') as {
  readonly prototype: { scheduleCheckPendingRequests: (this: RequestQueue) => void };
};
const createSocketFactory = require('kafkajs/src/network/socketFactory.js') as () => object;

// After each answer kafkajs sets a timer of negative length, of which Node warns (kafkajs issue 1751): it is left out
// where nothing waits.
const { scheduleCheckPendingRequests: schedule } = queueOf;
queueOf.scheduleCheckPendingRequests = function scheduleIfNeeded() {
  if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
};

/** Connects on its own connections, which a fetch that is held blocks for nobody else. */
export async function openKafkaCluster(settings: KafkaConfig): Promise<KafkaCluster> {
  const cluster = new ClusterOf({
    connectionTimeout: CONNECT_TIMEOUT_MS,
    enforceRequestTimeout: true,
    ...settings,
    logger: createLogger({ level: settings.logLevel, logCreator: settings.logCreator }),
    socketFactory: createSocketFactory(),
    offsets: new Map(),
    metadataMaxAge: METADATA_MAX_AGE_MS,
    allowAutoTopicCreation: true,
    maxInFlightRequests: null,
  });
  await cluster.connect();
  const partitionsOf = (topic: string) =>
    cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
  return {
    edges: async (topic) => {
      await cluster.addTargetTopic(topic);
      const partitions = partitionsOf(topic).map((partition) => ({ partition }));
      const ask = async (fromBeginning: boolean) => {
        const [found] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }]);
        return new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      };
      const [low, high] = await Promise.all([ask(true), ask(false)]);
      return new Map([...high].map(([partition, end]) => [partition, { low: low.get(partition) ?? end, high: end }]));
    },
    leaders: (topic) => new Map(Object.entries(cluster.findLeaderForPartitions(topic, partitionsOf(topic)))),
    refresh: () => cluster.refreshMetadataIfNecessary(),
    fetch: async (node, topics) => toBatches(await fetchFrom(cluster, node, topics), topics),
    close: () => cluster.disconnect(),
  };
}

async function fetchFrom(cluster: Cluster, nodeId: string, topics: ReadonlyMap<string, KafkaOffsets>) {
  const broker = await cluster.findBroker({ nodeId });
  const { responses } = await broker.fetch({
    maxWaitTime: FETCH_WAIT_MS,
    minBytes: 1,
    maxBytes: FETCH_MAX_BYTES,
    topics: [...topics].map(([topic, offsets]) => ({
      topic,
      partitions: [...offsets].map(([partition, offset]) => ({
        partition,
        fetchOffset: String(offset),
        maxBytes: FETCH_MAX_BYTES,
      })),
    })),
  });
  return responses;
}

function toBatches(
  responses: Awaited<ReturnType<typeof fetchFrom>>,
  topics: ReadonlyMap<string, KafkaOffsets>,
): readonly KafkaBatch[] {
  return responses.flatMap(({ topicName: topic, partitions }) =>
    partitions.map((data) => {
      const { partition } = data as { readonly partition: number };
      const from = topics.get(topic)?.get(partition) ?? 0;
      const batch = new BatchOf(topic, String(from), data);
      const records = batch.messages.map((message) => ({ ...message, partition }));
      return { topic, partition, records, next: Math.max(from, Number(batch.lastOffset()) + 1) };
    }),
  );
}
