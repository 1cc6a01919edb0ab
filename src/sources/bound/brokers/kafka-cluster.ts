import {
  type Base,
  type Connection,
  FetchIsolationLevels,
  ListOffsetTimestamps,
  listOffsetsV2,
} from '@platformatic/kafka';
import { fetchFromKafka, type KafkaBatch, type KafkaOffsets } from './kafka-fetch.ts';

/** A topic that is made by asking for it takes a while until it has leaders: in all this waits for 1.5 seconds. */
const TOPIC_RETRIES = 4;
const CONSUMER_REPLICA = -1;

export type KafkaEdges = ReadonlyMap<number, { readonly low: number; readonly high: number }>;

/** A cluster as a reader without a group sees it: no group has to be joined, which takes seconds. */
export class KafkaCluster {
  readonly #client: Base;

  constructor(client: Base) {
    this.#client = client;
  }

  /** The first offset that is kept and the next one that will be given, of each partition. Rejects for an unknown topic. */
  async edges(topic: string): Promise<KafkaEdges> {
    await this.#client.metadata({ topics: [topic], retries: TOPIC_RETRIES });
    const [low, high] = await Promise.all([
      this.#offsets(topic, ListOffsetTimestamps.EARLIEST),
      this.#offsets(topic, ListOffsetTimestamps.LATEST),
    ]);
    return new Map([...high].map(([partition, end]) => [partition, { low: low.get(partition) ?? end, high: end }]));
  }

  /** Partitions of a topic by the node that leads them. Of topics whose edges were asked for. */
  leaders(topic: string): ReadonlyMap<number, readonly number[]> {
    const partitions = this.#client.currentMetadata?.topics.get(topic)?.partitions ?? [];
    return Map.groupBy(partitions.keys(), (partition) => partitions[partition]?.leader ?? -1);
  }

  /** Looks the leaders and partitions of topics up again where that was long ago. */
  async refresh(topics: Iterable<string>): Promise<void> {
    await this.#client.metadata({ topics: [...topics] });
  }

  /** Reads from one node, held a while when there is nothing. */
  async fetch(node: number, topics: ReadonlyMap<string, KafkaOffsets>): Promise<readonly KafkaBatch[]> {
    return fetchFromKafka(await this.#connection(node), topics);
  }

  /** Version 2 is served by every broker from Kafka 0.11 on, and asks for no leader's epoch. */
  async #offsets(topic: string, timestamp: bigint): Promise<ReadonlyMap<number, number>> {
    const ask = async ([node, partitions]: readonly [number, readonly number[]]) => {
      const wanted = partitions.map((partitionIndex) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp }));
      const { topics } = await listOffsetsV2.api.async(
        await this.#connection(node),
        CONSUMER_REPLICA,
        FetchIsolationLevels.READ_COMMITTED,
        [{ name: topic, partitions: wanted }],
      );
      return topics.flatMap(({ partitions: found }) => found);
    };
    const found = await Promise.all([...this.leaders(topic)].map(ask));
    return new Map(found.flat().map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]));
  }

  #connection(node: number): Promise<Connection> {
    const broker = this.#client.currentMetadata?.brokers.get(node);
    if (broker === undefined) throw new Error(`Kafka names no broker ${node}, which is to lead a partition.`);
    return this.#client.connections.get(broker);
  }
}
