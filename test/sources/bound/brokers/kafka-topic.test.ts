import { expect, it, onTestFinished } from 'vitest';
import type { KafkaCluster, KafkaEdges } from '../../../../src/sources/bound/brokers/kafka-cluster.ts';
import type { KafkaBatch, KafkaOffsets } from '../../../../src/sources/bound/brokers/kafka-fetch.ts';
import { KafkaReader } from '../../../../src/sources/bound/brokers/kafka-reader.ts';
import { readKafkaTopic, subscribeToKafka } from '../../../../src/sources/bound/brokers/kafka-topic.ts';

/** A cluster that keeps of each partition of "t" what lies between two offsets: each record is its own offset. */
function testCluster(kept: Readonly<Record<number, readonly [low: number, high: number]>>): KafkaCluster {
  const edges: KafkaEdges = new Map(
    Object.entries(kept).map(([partition, [low, high]]) => [Number(partition), { low, high }]),
  );
  const readPartition = (topic: string, partition: number, from: number): KafkaBatch => {
    const high = edges.get(partition)?.high ?? 0;
    const offsets = Array.from({ length: Math.max(0, Math.min(2, high - from)) }, (_, index) => from + index);
    const records = offsets.map((offset) => ({ partition, offset, body: String(offset), headers: [] }));
    return { topic, partition, records, next: from + records.length };
  };
  const fetch = async (_node: number, topics: ReadonlyMap<string, KafkaOffsets>) => {
    await new Promise((resolve) => setImmediate(resolve));
    return [...topics].flatMap(([topic, offsets]) =>
      [...offsets].map(([partition, from]) => readPartition(topic, partition, from)),
    );
  };
  const leaders = () => new Map([[1, [...edges.keys()]]]);
  return { edges: async () => edges, leaders, fetch, refresh: async () => {} } as unknown as KafkaCluster;
}

async function readAll(kept: Parameters<typeof testCluster>[0], cursor: string): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const one of readKafkaTopic(testCluster(kept), 't', cursor))
    seen.push(one.kind === 'gap' ? `gap, on at ${one.cursor}` : `${one.body as string} (${one.cursor})`);
  return seen;
}

it('reads what came after a cursor in each partition, and partitions that have come since from their beginning', async () => {
  const seen = await readAll({ 0: [0, 3], 1: [0, 1] }, '0;0:2');
  expect(seen).toEqual(['2 (0;0:3,1:0)', '0 (1;0:3,1:1)']);
});

it('says first that some may be missing where a cursor lies before what is kept', async () => {
  expect(await readAll({ 0: [5, 7] }, '0;0:2')).toEqual(['gap, on at ;0:5', '5 (0;0:6)', '6 (0;0:7)']);
});

it('says so where a cursor lies behind the end: it is of a topic that was there before', async () => {
  expect(await readAll({ 0: [0, 2] }, '0;0:9')).toEqual(['gap, on at ;0:2']);
});

it('takes up what came while nobody read, and says where that is not all', async () => {
  const subscribe = async (after: string | undefined, kept: Parameters<typeof testCluster>[0]) => {
    const cluster = testCluster(kept);
    const reader = new KafkaReader(cluster, (cause) => expect.fail(String(cause)));
    onTestFinished(() => reader.close());
    const seen: unknown[] = [];
    const three = Promise.withResolvers<void>();
    const onMessage = (_topic: string, body: unknown): boolean => {
      if (seen.push(body) === 3) three.resolve();
      return true;
    };
    const { position, isComplete } = await subscribeToKafka({ cluster, reader }, 't', { onMessage, after });
    return { seen, three: three.promise, position, isComplete };
  };
  const live = await subscribe(undefined, { 0: [0, 3] });
  expect(live).toMatchObject({ seen: [], position: ';0:3', isComplete: true });
  const again = await subscribe('0;0:1', { 0: [0, 4] });
  await again.three;
  expect(again).toMatchObject({ seen: ['1', '2', '3'], position: ';0:1', isComplete: true });
  const late = await subscribe('0;0:1', { 0: [2, 5] });
  await late.three;
  expect(late).toMatchObject({ seen: ['2', '3', '4'], position: ';0:2', isComplete: false });
});
