import type { KafkaCluster, KafkaEdges } from './kafka-cluster.ts';
import { type KafkaPosition, parseKafkaCursor, printKafkaCursor } from './kafka-cursor.ts';
import type { KafkaBatch } from './kafka-fetch.ts';
import { eachRecord, type KafkaReader } from './kafka-reader.ts';
import type { KeptMessage, LinkSubscription, OnMessage } from './link.ts';

/** Reads a topic live, from a cursor or from where it ends now. */
export async function subscribeToKafka(
  { cluster, reader }: { readonly cluster: KafkaCluster; readonly reader: KafkaReader },
  topic: string,
  { onMessage, after }: { readonly onMessage: OnMessage; readonly after: string | undefined },
): Promise<LinkSubscription> {
  const edges = await cluster.edges(topic);
  const start = toStart(after === undefined ? undefined : parseKafkaCursor(after), edges);
  const onBatch = eachRecord(({ body }, cursor) => void onMessage(topic, body, cursor));
  reader.add({ topic, from: start.next, onBatch });
  return {
    unsubscribe: async () => reader.remove(topic),
    position: printKafkaCursor(start),
    isComplete: !start.isGone,
  };
}

/** What came after a cursor, up to where the topic ends now. */
export async function* readKafkaTopic(
  cluster: KafkaCluster,
  topic: string,
  cursor: string,
): AsyncGenerator<KeptMessage, undefined> {
  const edges = await cluster.edges(topic);
  const start = toStart(parseKafkaCursor(cursor), edges);
  if (start.isGone) yield { kind: 'gap', cursor: printKafkaCursor(start) };
  const next = new Map(start.next);
  for (;;) {
    const left = new Map([...next].filter(([partition, offset]) => offset < (edges.get(partition)?.high ?? 0)));
    if (left.size === 0) return undefined;
    const nodes = [...cluster.leaders(topic)].map(([node, partitions]) => ({
      node,
      offsets: new Map(partitions.flatMap((id) => (left.has(id) ? [[id, left.get(id) ?? 0] as const] : []))),
    }));
    const asked = nodes.filter(({ offsets }) => offsets.size > 0);
    const batches = await Promise.all(
      asked.map(({ node, offsets }) => cluster.fetch(node, new Map([[topic, offsets]]))),
    );
    for (const batch of batches.flat()) yield* toKept(batch, next);
  }
}

function* toKept(
  { topic, partition, records, next: end }: KafkaBatch,
  next: Map<number, number>,
): Generator<KeptMessage> {
  for (const { offset, body } of records) {
    next.set(partition, offset + 1);
    yield { kind: 'message', topic, body, cursor: printKafkaCursor({ own: partition, next }) };
  }
  next.set(partition, Math.max(end, next.get(partition) ?? 0));
}

/**
 * Where to read from: partitions that a cursor does not know came after it. Gone is what lies between a cursor and what is
 * still kept; beyond the end it is of a topic that was there before.
 */
function toStart(position: KafkaPosition | undefined, edges: KafkaEdges): KafkaPosition & { readonly isGone: boolean } {
  const next = new Map<number, number>();
  let isGone = false;
  for (const [partition, { low, high }] of edges) {
    const wanted = position === undefined ? high : (position.next.get(partition) ?? 0);
    const isKept = wanted >= low && wanted <= high;
    isGone ||= !isKept && position?.next.has(partition) === true;
    next.set(partition, isKept ? wanted : wanted < low ? low : high);
  }
  return { own: undefined, next, isGone };
}
