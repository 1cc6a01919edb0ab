import type { KafkaBatch, KafkaCluster, KafkaOffsets, KafkaRecord } from './kafka-cluster.ts';
import { printKafkaCursor } from './kafka-cursor.ts';

export type OnKafkaRecord = (record: KafkaRecord, cursor: string) => void;

type Reading = { readonly next: Map<number, number>; readonly onRecord: OnKafkaRecord };

/** Reads any number of topics, each from where it was read to, in one loop for each node that leads partitions. */
export class KafkaReader {
  readonly #cluster: KafkaCluster;
  readonly #onLost: (cause: unknown) => void;
  readonly #readings = new Map<string, Reading>();
  readonly #looping = new Set<string>();
  #isClosed = false;

  constructor(cluster: KafkaCluster, onLost: (cause: unknown) => void) {
    this.#cluster = cluster;
    this.#onLost = onLost;
  }

  /** The topic's edges must have been asked for on the same cluster. */
  add(topic: string, from: KafkaOffsets, onRecord: OnKafkaRecord): void {
    this.#readings.set(topic, { next: new Map(from), onRecord });
    this.#loopAll(topic);
  }

  remove(topic: string): void {
    this.#readings.delete(topic);
  }

  close(): void {
    this.#isClosed = true;
  }

  #loopAll(topic: string): void {
    for (const node of this.#cluster.leaders(topic).keys()) {
      if (this.#looping.has(node)) continue;
      this.#looping.add(node);
      void this.#loop(node);
    }
  }

  async #loop(node: string): Promise<void> {
    try {
      for (;;) {
        await this.#cluster.refresh();
        const topics = this.#topicsOf(node);
        if (topics.size === 0 || this.#isClosed) break;
        const batches = await this.#cluster.fetch(node, topics);
        if (this.#isClosed) break;
        for (const batch of batches) this.#deliver(batch);
      }
    } catch (error) {
      if (!this.#isClosed) this.#onLost(error);
    } finally {
      this.#looping.delete(node);
    }
  }

  /** Partitions that have come since are read from their beginning, by the node that leads them. */
  #topicsOf(node: string): ReadonlyMap<string, KafkaOffsets> {
    const topics = new Map<string, KafkaOffsets>();
    for (const [topic, { next }] of this.#readings) {
      const partitions = this.#cluster.leaders(topic).get(node) ?? [];
      if (partitions.length > 0) topics.set(topic, new Map(partitions.map((id) => [id, next.get(id) ?? 0])));
      this.#loopAll(topic);
    }
    return topics;
  }

  #deliver({ topic, partition, records, next }: KafkaBatch): void {
    const reading = this.#readings.get(topic);
    if (reading === undefined) return;
    for (const record of records) {
      const after = Number(record.offset) + 1;
      // Of a fetch that was made for somebody who has left.
      if (after <= (reading.next.get(partition) ?? 0)) continue;
      reading.next.set(partition, after);
      reading.onRecord(record, printKafkaCursor({ own: partition, next: reading.next }));
    }
    if (next > (reading.next.get(partition) ?? 0)) reading.next.set(partition, next);
  }
}
