import type { Producer } from '@platformatic/kafka';
import { refusedByBroker } from './broker-error.ts';
import { findRefusal, isStale, isTooLarge } from './kafka-errors.ts';

/** Of one request to a broker: a batch that is refused for its size is sent again in pieces. */
const MAX_BATCH = 200;
const MAX_BATCH_BYTES = 500_000;
const ALL_REPLICAS = -1;
/** A topic that is made by asking for it takes a while until it has leaders: in all this waits for 1.5 seconds. */
const TOPIC_RETRIES = 4;

export type KafkaMessage = {
  readonly key?: string;
  readonly value: string;
  readonly headers?: Readonly<Record<string, string>>;
};

type Waiting = { readonly message: KafkaMessage; readonly bytes: number } & Pick<
  PromiseWithResolvers<void>,
  'resolve' | 'reject'
>;

/**
 * Sends what was asked for in the same turn together, by topic. Resolves when all in-sync replicas have it; rejects with a
 * GatewayError where the cluster says that it has not taken it.
 */
export class KafkaProducer {
  readonly #producer: Producer<string, string, string, string>;
  #waiting = new Map<string, Waiting[]>();

  constructor(producer: Producer<string, string, string, string>) {
    this.#producer = producer;
  }

  send(topic: string, message: KafkaMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#waiting.size === 0) setImmediate(() => this.#flush());
    const waiting = this.#waiting.get(topic) ?? [];
    waiting.push({ message, bytes: Buffer.byteLength(message.value), resolve, reject });
    this.#waiting.set(topic, waiting);
    return promise;
  }

  #flush(): void {
    const topics = this.#waiting;
    this.#waiting = new Map();
    for (const [topic, waiting] of topics)
      for (const batch of toBatches(waiting)) void this.#sendBatch(topic, batch, true);
  }

  /** What was refused as a whole is not stored: it is sent once more where another attempt is another thing. */
  async #sendBatch(topic: string, batch: readonly Waiting[], mayRepeat: boolean): Promise<void> {
    try {
      await this.#produce(topic, batch);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (isStale(error)) this.#producer.clearMetadata();
      const refusal = findRefusal(error);
      const again = refusal !== undefined && mayRepeat ? toNextAttempt(batch, error) : [];
      await Promise.all(again.map((part) => this.#sendBatch(topic, part, false)));
      if (again.length > 0) return;
      // Of several messages some may have been stored: which ones is not said.
      const failure = refusal === undefined ? error : refusedByBroker(`Kafka refused it: ${refusal}.`, error);
      for (const { reject } of batch) reject(failure);
    }
  }

  async #produce(topic: string, batch: readonly Waiting[]): Promise<void> {
    await this.#producer.metadata({ topics: [topic], retries: TOPIC_RETRIES });
    const messages = batch.map(({ message }) => ({ topic, ...message }));
    await this.#producer.send({ acks: ALL_REPLICAS, messages });
  }
}

/** Each message alone where they were too much together; all again where the partition's leader has changed. */
function toNextAttempt(batch: readonly Waiting[], error: unknown): readonly (readonly Waiting[])[] {
  if (isTooLarge(error)) return batch.length > 1 ? batch.map((one) => [one]) : [];
  return isStale(error) ? [batch] : [];
}

function toBatches(waiting: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const batches: Waiting[][] = [];
  let bytes = 0;
  for (const one of waiting) {
    const last = batches.at(-1);
    bytes += one.bytes;
    if (last !== undefined && last.length < MAX_BATCH && bytes <= MAX_BATCH_BYTES) last.push(one);
    else {
      batches.push([one]);
      bytes = one.bytes;
    }
  }
  return batches;
}
