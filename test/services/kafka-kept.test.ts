import { spawn } from 'node:child_process';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Cancellation } from '../../src/model/cancellation.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import { describeGroup } from './group-contract.ts';
import { toProxyOf } from './kafka-front.ts';
import { describeKafka, startKafkaMock } from './kafka-mock.ts';
import { describeResuming } from './resume-contract.ts';

const mock = await startKafkaMock();
const three = await startKafkaMock(3);
afterAll(async () => {
  await mock?.close();
  await three?.close();
});

describeKafka(three, (url) => describeResuming('Kafka, of three brokers', { url: () => url }));

describeKafka(mock, (url) => {
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
  describeGroup('Kafka', { url: () => `${url}?group=gateways`, rewrite: toProxyOf(url) });
});
