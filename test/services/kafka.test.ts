import { Kafka, logLevel } from 'kafkajs';
import { spawn } from 'node:child_process';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { connectWorker } from '../../examples/shipping/worker-connection.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import { describeBroker } from './broker-contract.ts';
import { describeGroup } from './group-contract.ts';
import { startKafkaMock } from './kafka-mock.ts';
import { describeResuming } from './resume-contract.ts';

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

if (mock === undefined) {
  console.log('skipped: Kafka needs kcat, whose test cluster it runs against');
  describe.skipIf(process.env['CI'] !== 'true')('Kafka', () => {
    it('finds kcat', () => {
      throw new Error('kcat is not installed, and CI=true requires it.');
    });
  });
} else {
  const { url } = mock;
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
  describe('Kafka, compressed', () => {
    it.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads what was written with %s', async (codec) => {
      const broker = createBroker(url);
      const topic = `compressed.${codec}`;
      const messages = Array.from({ length: 50 }, (_, index) => ({ n: index, text: 'the same text again' }));
      const cancellation = new Cancellation();
      const events = broker.subscribe(topic, { cancellation })[Symbol.asyncIterator]();
      const first = events.next();
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), { timeout: 10_000 });
      const kcat = spawn('kcat', ['-P', '-b', new URL(url).host, '-t', topic, '-p', '0', '-z', codec]);
      kcat.stdin.end(messages.map((message) => JSON.stringify(message)).join('\n'));
      const seen = [(await first).value?.message];
      while (seen.length < 50) seen.push((await events.next()).value?.message);
      expect(seen).toEqual(messages);
      await broker.close();
    });
  });
  describeResuming('Kafka', { url: () => url });
  describeGroup('Kafka', { url: () => `${url}?group=gateways` });
}
