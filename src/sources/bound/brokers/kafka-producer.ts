import type { Message, Producer } from 'kafkajs';

/** Of one request to a broker: a batch that is refused for its size is refused for each of its messages. */
const MAX_BATCH = 200;
const MAX_BATCH_BYTES = 500_000;
const ALL_REPLICAS = -1;

type Waiting = { readonly message: Message; readonly bytes: number } & Pick<
  PromiseWithResolvers<void>,
  'resolve' | 'reject'
>;

/** Sends what was asked for in the same turn together, by topic. Resolves when all in-sync replicas have it. */
export class KafkaProducer {
  readonly #producer: Producer;
  #waiting = new Map<string, Waiting[]>();

  constructor(producer: Producer) {
    this.#producer = producer;
  }

  send(topic: string, message: Message): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#waiting.size === 0) setImmediate(() => this.#flush());
    const waiting = this.#waiting.get(topic) ?? [];
    waiting.push({ message, bytes: Buffer.byteLength(message.value ?? ''), resolve, reject });
    this.#waiting.set(topic, waiting);
    return promise;
  }

  #flush(): void {
    const topics = this.#waiting;
    this.#waiting = new Map();
    for (const [topic, waiting] of topics) for (const batch of toBatches(waiting)) this.#sendBatch(topic, batch);
  }

  #sendBatch(topic: string, batch: readonly Waiting[]): void {
    this.#producer.send({ topic, acks: ALL_REPLICAS, messages: batch.map(({ message }) => message) }).then(
      () => batch.forEach(({ resolve }) => resolve()),
      // Of several messages some may have been stored: which ones is not said.
      (error: unknown) => {
        const failure = batch.length === 1 ? error : new Error('A batch was not acknowledged.', { cause: error });
        for (const { reject } of batch) reject(failure);
      },
    );
  }
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
