import { Kafka, logLevel } from 'kafkajs';
import { afterAll } from 'vitest';
import { connectWorker } from '../../examples/shipping/worker-connection.ts';
import { describeBroker } from './broker-contract.ts';
import { describeKafka, startKafkaMock, toProxyOf } from './kafka-mock.ts';

async function sendOverKafka(url: string, topic: string, body: string): Promise<void> {
  const client = new Kafka({ brokers: [new URL(url).host], logLevel: logLevel.NOTHING });
  const producer = client.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: body }] });
  await producer.disconnect();
}

const mock = await startKafkaMock();
afterAll(() => mock?.close());

describeKafka(mock, (url) => {
  describeBroker('Kafka', {
    url: () => url,
    connectWorker,
    sendRaw: sendOverKafka,
    rewrite: toProxyOf(url),
    tellsNobody: false,
    hasWildcards: false,
    keeps: true,
    ignoresOthers: true,
    canBreak: true,
  });
});
