import { Consumer, type Message, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { printAnswer, readJson, type WorkerConnection } from './worker-connection.ts';

/** The instances of the service share the partitions of each topic. */
const GROUP = 'shipping';

type Listener = (message: Message<string, string, string, string>) => void;

/** Kafka: a request's headers say where its answer goes, and which request the answer is for. */
export async function connectKafka(url: string): Promise<WorkerConnection> {
  const cluster = { clientId: GROUP, bootstrapBrokers: [new URL(url).host], autocreateTopics: true };
  const producer = new Producer({ ...cluster, serializers: stringSerializers });
  const consumers: Consumer<string, string, string, string>[] = [];
  /** Those that are on their way. */
  const answers = new Set<Promise<void>>();
  await producer.connectToBrokers();

  /** Joining takes seconds, which nobody has to wait for: what was sent meanwhile is read from the beginning. */
  async function listen(topic: string, listener: Listener): Promise<void> {
    const consumer = new Consumer({ ...cluster, groupId: `${GROUP}.${topic}`, deserializers: stringDeserializers });
    consumers.push(consumer);
    await consumer.metadata({ topics: [topic] });
    void read(consumer, topic, listener).catch((error: unknown) => {
      console.error(`shipping: "${topic}" is not read:`, error);
    });
  }

  async function read(
    consumer: Consumer<string, string, string, string>,
    topic: string,
    listener: Listener,
  ): Promise<void> {
    const messages = await consumer.consume({
      topics: [topic],
      mode: 'committed',
      fallbackMode: 'earliest',
      maxWaitTime: 200,
    });
    for await (const message of messages) listener(message);
  }

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
      await Promise.all([producer.close(), ...consumers.map((consumer) => consumer.close(true))]);
    },
  };
}
