import { Kafka, logLevel } from 'kafkajs';
import { afterAll } from 'vitest';
import { connectWorker } from '../../examples/shipping/worker-connection.ts';
import { describeBroker } from './broker-contract.ts';
import { describeKafka, startKafkaMock } from './kafka-mock.ts';

/** Brokers say where they are; a proxy's clients are to come to the proxy. */
function sayProxy(chunk: Buffer, port: number): Buffer {
  const host = Buffer.from('127.0.0.1');
  for (let at = chunk.indexOf(host); at !== -1; at = chunk.indexOf(host, at + 1)) {
    const isFollowed = at + host.length + 4 <= chunk.length;
    if (isFollowed && chunk.readInt32BE(at + host.length) === mockPort) chunk.writeInt32BE(port, at + host.length);
  }
  return chunk;
}

async function sendOverKafka(url: string, topic: string, body: string): Promise<void> {
  const client = new Kafka({ brokers: [new URL(url).host], logLevel: logLevel.NOTHING });
  const producer = client.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: body }] });
  await producer.disconnect();
}

const mock = await startKafkaMock();
const mockPort = Number(new URL(mock?.url ?? 'kafka://none:0').port);
afterAll(() => mock?.close());

describeKafka(mock, (url) => {
  describeBroker('Kafka', {
    url: () => url,
    connectWorker,
    sendRaw: sendOverKafka,
    rewrite: sayProxy,
    tellsNobody: false,
    hasWildcards: false,
    keeps: true,
    ignoresOthers: true,
    canBreak: true,
  });
});
