import type { KafkaCluster } from './kafka-cluster.ts';
import { eachRecord, type KafkaReader } from './kafka-reader.ts';
import { headerOf, type KafkaRecord } from './kafka-records.ts';
import type { LinkEvents } from './link.ts';
import { parseReply } from './reply.ts';

export type KafkaRepliesOptions = {
  readonly topic: string;
  readonly cluster: KafkaCluster;
  readonly reader: KafkaReader;
  readonly events: LinkEvents;
};

/** The topic that replies come on, read from the first request on. Other gateways' replies come on it too. */
export class KafkaReplies {
  readonly #options: KafkaRepliesOptions;
  #reading: Promise<void> | undefined;
  #prefix = '';

  constructor(options: KafkaRepliesOptions) {
    this.#options = options;
  }

  get topic(): string {
    return this.#options.topic;
  }

  /** Resolves when no reply to a request sent from now on can be missed. */
  open(id: string): Promise<void> {
    this.#prefix = toPrefix(id);
    this.#reading ??= this.#read().catch((error: unknown) => {
      // A topic that is not there may be made.
      this.#reading = undefined;
      throw error;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { topic, cluster, reader } = this.#options;
    const edges = await cluster.edges(topic);
    const from = new Map([...edges].map(([partition, { high }]) => [partition, high]));
    reader.add({ topic, from, onBatch: eachRecord((record) => this.#take(record)) });
  }

  #take(record: KafkaRecord): void {
    const { events } = this.#options;
    const id = headerOf(record, 'Correlation-Id');
    if (id === undefined) events.onUnreadableReply();
    else if (toPrefix(id) === this.#prefix) events.onReply(id, parseReply(record.body));
  }
}

/** Ids are a broker's own prefix and a number. */
function toPrefix(id: string): string {
  return id.slice(0, id.lastIndexOf('.'));
}
