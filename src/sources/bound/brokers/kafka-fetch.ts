import { type Connection, fetchV11, FetchIsolationLevels, ProtocolError, type Reader } from '@platformatic/kafka';
import { type KafkaRecord, type PartitionBytes, readRecords, unreadable } from './kafka-records.ts';

/** How long a broker holds a fetch that finds nothing. */
const FETCH_WAIT_MS = 250;
const FETCH_MAX_BYTES = 10_000_000;
/** Outside any session (KIP-227): each fetch says all that it wants. */
const NO_SESSION = { id: 0, epoch: -1 };
const ANY_EPOCH = -1;

/** Where to read on: the next offset by partition. */
export type KafkaOffsets = ReadonlyMap<number, number>;

/** What was read of a partition; `next` is where to go on, behind what was left out too (aborted, compacted). */
export type KafkaBatch = {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
  readonly next: number;
};

type Fetched = PartitionBytes & { readonly topic: string };

/**
 * Reads from one broker, held a while when there is nothing. Version 11 of the request is served by every broker from
 * Kafka 2.3 on and names topics by name. The client's own reading of the answer gives all up for one broken batch: the
 * answer is read here.
 */
export async function fetchFromKafka(
  connection: Connection,
  topics: ReadonlyMap<string, KafkaOffsets>,
): Promise<readonly KafkaBatch[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Fetched[]>();
  const { key, version } = fetchV11.api;
  const done = (error: Error | null, fetched: readonly Fetched[] = []) =>
    error === null ? resolve(fetched) : reject(error);
  connection.send(key, version, () => toRequest(topics), readResponse, false, false, done);
  const found = (await promise).filter(({ bytes }) => bytes.length > 0);
  return Promise.all(
    found.map((one) => toBatch(one, topics.get(one.topic)?.get(one.partition) ?? 0, found.length === 1)),
  );
}

function toRequest(topics: ReadonlyMap<string, KafkaOffsets>) {
  const wanted = [...topics].map(([topic, offsets]) => ({
    topicId: topic,
    partitions: [...offsets].map(([partition, offset]) => ({
      partition,
      currentLeaderEpoch: ANY_EPOCH,
      lastFetchedEpoch: ANY_EPOCH,
      fetchOffset: BigInt(offset),
      partitionMaxBytes: FETCH_MAX_BYTES,
    })),
  }));
  const { id, epoch } = NO_SESSION;
  const isolation = FetchIsolationLevels.READ_COMMITTED;
  return fetchV11.createRequest(FETCH_WAIT_MS, 1, FETCH_MAX_BYTES, isolation, id, epoch, wanted, [], '');
}

/** Throws what the broker has against the fetch, or against one of its partitions. */
function readResponse(_correlationId: number, _key: number, _version: number, reader: Reader): readonly Fetched[] {
  reader.readInt32(); // throttle_time_ms
  assertNoError(reader.readInt16());
  reader.readInt32(); // session_id
  return reader.readArray(readTopic, false, false).flat();
}

function readTopic(reader: Reader): readonly Fetched[] {
  const topic = reader.readString(false);
  return reader.readArray((inner) => ({ topic, ...readPartition(inner) }), false, false);
}

function readPartition(reader: Reader): PartitionBytes {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  const end = Number(reader.readInt64());
  reader.readInt64(); // last_stable_offset
  reader.readInt64(); // log_start_offset
  const aborted = reader.readNullableArray(
    (inner) => ({ producerId: inner.readInt64(), firstOffset: inner.readInt64() }),
    false,
    false,
  );
  reader.readInt32(); // preferred_read_replica
  const bytes = reader.readNullableBytes(false) ?? Buffer.alloc(0);
  assertNoError(errorCode);
  return { partition, end, aborted: aborted ?? [], bytes };
}

function assertNoError(code: number): void {
  if (code !== 0) throw new ProtocolError(code);
}

/**
 * Where nothing comes of the only bytes there are, it would be so for ever: no batch ends within what is read. What the
 * partition holds until now is left behind.
 */
async function toBatch(fetched: Fetched, from: number, isAlone: boolean): Promise<KafkaBatch> {
  const { topic, partition, end } = fetched;
  const { records, next = from } = await readRecords(fetched);
  const later = records.filter(({ offset }) => offset >= from);
  if (next > from || !isAlone) return { topic, partition, records: later, next: Math.max(from, next) };
  const last = Math.max(from, end - 1);
  return {
    topic,
    partition,
    records: [unreadable(partition, from, last, 'no batch can be told apart')],
    next: last + 1,
  };
}
