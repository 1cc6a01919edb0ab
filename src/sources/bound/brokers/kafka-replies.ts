import type { KafkaCluster, KafkaRecord } from './kafka-cluster.ts';
import type { KafkaReader } from './kafka-reader.ts';
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
    this.#reading ??= this.#read();
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { topic, cluster, reader } = this.#options;
    const edges = await cluster.edges(topic);
    reader.add(topic, new Map([...edges].map(([partition, { high }]) => [partition, high])), (record) =>
      this.#take(record),
    );
  }

  #take({ headers, value }: KafkaRecord): void {
    const { events } = this.#options;
    const id = headers?.['Correlation-Id']?.toString();
    if (id === undefined) events.onUnreadableReply();
    else if (toPrefix(id) === this.#prefix) events.onReply(id, parseReply(value ?? ''));
  }
}

/** Ids are a broker's own prefix and a number. */
function toPrefix(id: string): string {
  return id.slice(0, id.lastIndexOf('.'));
}
