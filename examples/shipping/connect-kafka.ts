import { type Consumer, type EachMessagePayload, Kafka, logLevel, Partitioners } from 'kafkajs';
import { printAnswer, readJson, type WorkerConnection } from './worker-connection.ts';

/** The instances of the service share the partitions of each topic. */
const GROUP = 'shipping';

type Listener = (message: EachMessagePayload['message']) => void;

/** Kafka: a request's headers say where its answer goes, and which request the answer is for. */
export async function connectKafka(url: string): Promise<WorkerConnection> {
  const { host } = new URL(url);
  const kafka = new Kafka({ clientId: GROUP, brokers: [host], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumers: Consumer[] = [];
  await producer.connect();

  /** Joining takes seconds, which nobody has to wait for: what was sent meanwhile is read from the beginning. */
  async function listen(topic: string, listener: Listener): Promise<void> {
    const consumer = kafka.consumer({ groupId: `${GROUP}.${topic}`, maxWaitTimeInMs: 200 });
    consumers.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    consumer
      .run({ eachMessage: async ({ message }) => listener(message) })
      .catch((error: unknown) => console.error(`shipping: "${topic}" is not read:`, error));
  }

  const send = (topic: string, value: string, headers: Readonly<Record<string, string>>): void => {
    producer
      .send({ topic, messages: [{ key: headers['Correlation-Id'] ?? null, value, headers }] })
      .catch((error: unknown) => {
        console.error(`shipping: nothing was sent to "${topic}":`, error);
      });
  };

  return {
    onRequest: (topic, listener) =>
      listen(topic, ({ value, headers }) => {
        const [replyTo, id, expiresAt] = ['Reply-To', 'Correlation-Id', 'Expires-At'].map((name) =>
          headers?.[name]?.toString(),
        );
        if (replyTo === undefined || id === undefined) return;
        const answer: Parameters<typeof listener>[0]['answer'] = (reply) =>
          send(replyTo, printAnswer(reply), { 'Correlation-Id': reply.id });
        listener({ id, payload: readJson(value ?? 'null'), expiresAt: Number(expiresAt), answer });
      }),
    onEvent: (topic, listener) => listen(topic, ({ value }) => listener(readJson(value ?? 'null'), topic)),
    publish: async (topic, event) => {
      await producer.send({ topic, messages: [{ value: JSON.stringify(event) }] });
    },
    close: async () => {
      await Promise.all([producer, ...consumers].map((client) => client.disconnect()));
    },
  };
}
