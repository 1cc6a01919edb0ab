import type { KafkaCluster } from './kafka-cluster.ts';
import { printKafkaCursor } from './kafka-cursor.ts';
import type { KafkaBatch, KafkaOffsets } from './kafka-fetch.ts';
import type { KafkaRecord } from './kafka-records.ts';

export type OnKafkaRecord = (record: KafkaRecord, cursor: string) => void;

/** Takes what was read and moves `next`, where its partition is read on. */
export type OnKafkaBatch = (batch: KafkaBatch, next: Map<number, number>) => void | Promise<void>;

export type KafkaReading = {
  readonly topic: string;
  /** The next offset by partition. */
  readonly from: KafkaOffsets;
  /** Whether only those partitions are read; else those that come later are read too, from their beginning. */
  readonly isBounded?: boolean;
  readonly onBatch: OnKafkaBatch;
};

type Reading = Omit<KafkaReading, 'from'> & { readonly next: Map<number, number> };

/** Reads any number of topics, each from where it was read to, in one loop for each node that leads partitions. */
export class KafkaReader {
  readonly #cluster: KafkaCluster;
  readonly #onLost: (cause: unknown) => void;
  readonly #readings = new Map<string, Reading>();
  readonly #looping = new Set<number>();
  #isClosed = false;

  constructor(cluster: KafkaCluster, onLost: (cause: unknown) => void) {
    this.#cluster = cluster;
    this.#onLost = onLost;
  }

  /** The topic's edges must have been asked for on the same cluster. */
  add({ from, ...reading }: KafkaReading): void {
    this.#readings.set(reading.topic, { ...reading, next: new Map(from) });
    this.#loopAll(reading.topic);
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

  async #loop(node: number): Promise<void> {
    try {
      for (;;) {
        await this.#cluster.refresh(this.#readings.keys());
        const readings = new Map(this.#readings);
        const topics = this.#topicsOf(node);
        if (topics.size === 0 || this.#isClosed) break;
        for (const batch of await this.#cluster.fetch(node, topics)) {
          const reading = readings.get(batch.topic);
          // Not for somebody who has left meanwhile, nor for who has come.
          if (this.#isClosed || reading === undefined || this.#readings.get(batch.topic) !== reading) continue;
          await reading.onBatch(batch, reading.next);
        }
      }
    } catch (error) {
      if (!this.#isClosed) this.#onLost(error);
    } finally {
      this.#looping.delete(node);
    }
  }

  /** Partitions that have come since are led by whichever node. */
  #topicsOf(node: number): ReadonlyMap<string, KafkaOffsets> {
    const topics = new Map<string, KafkaOffsets>();
    for (const [topic, { next, isBounded }] of this.#readings) {
      const led = this.#cluster.leaders(topic).get(node) ?? [];
      const partitions = isBounded === true ? led.filter((id) => next.has(id)) : led;
      if (partitions.length > 0) topics.set(topic, new Map(partitions.map((id) => [id, next.get(id) ?? 0])));
      this.#loopAll(topic);
    }
    return topics;
  }
}

/** Takes records one by one, each with the cursor that goes on behind it. */
export function eachRecord(onRecord: OnKafkaRecord): OnKafkaBatch {
  return ({ partition, records, next: end }, next) => {
    for (const record of records) {
      next.set(partition, record.offset + 1);
      onRecord(record, printKafkaCursor({ own: partition, next }));
    }
    next.set(partition, Math.max(end, next.get(partition) ?? 0));
  };
}
