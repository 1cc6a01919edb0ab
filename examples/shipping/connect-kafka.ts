import { Consumer, type Message, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { printAnswer, readJson, type WorkerConnection } from './worker-connection.ts';

/** The instances of the service share the partitions of each topic. */
const GROUP = 'shipping';
const RETRY_MS = 500;

type Listener = (message: Message<string, string, string, string>) => void;

/** Kafka: a request's headers say where its answer goes, and which request the answer is for. */
export async function connectKafka(url: string): Promise<WorkerConnection> {
  const cluster = { clientId: GROUP, bootstrapBrokers: [new URL(url).host], autocreateTopics: true };
  const producer = new Producer({ ...cluster, serializers: stringSerializers });
  const stops: (() => Promise<void>)[] = [];
  /** Those that are on their way. */
  const answers = new Set<Promise<void>>();
  await producer.connectToBrokers();

  /** Joining takes seconds, which nobody has to wait for: what was sent meanwhile is read from the beginning. */
  const listen = async (topic: string, listener: Listener): Promise<void> => {
    await producer.metadata({ topics: [topic] });
    stops.push(keepReading(cluster, topic, listener));
  };

  const send = async (topic: string, value: string, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
    const key = headers['Correlation-Id'];
    await producer.send({ messages: [{ topic, value, headers, ...(key === undefined ? {} : { key }) }] });
  };

  return {
    onRequest: (topic, listener) =>
      listen(topic, ({ value, headers }) => {
        const [replyTo, id, expiresAt] = ['Reply-To', 'Correlation-Id', 'Expires-At'].map((name) => headers.get(name));
        if (replyTo === undefined || id === undefined) return;
        const answer: Parameters<typeof listener>[0]['answer'] = (reply) => {
          const sent = send(replyTo, printAnswer(reply), { 'Correlation-Id': reply.id })
            .catch((error: unknown) => console.error(`shipping: nothing was sent to "${replyTo}":`, error))
            .finally(() => answers.delete(sent));
          answers.add(sent);
        };
        listener({ id, payload: readJson(value), expiresAt: Number(expiresAt), answer });
      }),
    onEvent: (topic, listener) => listen(topic, ({ value }) => listener(readJson(value), topic)),
    publish: (topic, event) => send(topic, JSON.stringify(event)),
    close: async () => {
      await Promise.all(answers);
      await Promise.all([producer.close(), ...stops.map((stop) => stop())]);
    },
  };
}

type Cluster = { readonly clientId: string; readonly bootstrapBrokers: string[]; readonly autocreateTopics: boolean };

/** Reads a topic as one of the group, again and again where the cluster can't be reached. Gives what ends it. */
function keepReading(cluster: Cluster, topic: string, listener: Listener): () => Promise<void> {
  let consumer: Consumer<string, string, string, string> | undefined;
  let isStopped = false;

  async function read(): Promise<void> {
    consumer = new Consumer({ ...cluster, groupId: `${GROUP}.${topic}`, deserializers: stringDeserializers });
    const start = { mode: 'committed', fallbackMode: 'earliest' } as const;
    const messages = await consumer.consume({ topics: [topic], ...start, maxWaitTime: 200 });
    for await (const message of messages) listener(message);
  }

  void (async () => {
    while (!isStopped) {
      await read().catch((error: unknown) => {
        if (!isStopped) console.error(`shipping: "${topic}" is read again: ${String(error)}`);
      });
      await consumer?.close(true).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
  })();
  return async () => {
    isStopped = true;
    await consumer?.close(true).catch(() => {});
  };
}
