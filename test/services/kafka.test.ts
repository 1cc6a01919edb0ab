import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll } from 'vitest';
import { connectWorker } from '../../examples/shipping/worker-connection.ts';
import { describeBroker } from './broker-contract.ts';
import { toProxyOf } from './kafka-front.ts';
import { describeKafka, startKafkaMock } from './kafka-mock.ts';

/** By librdkafka, whose protocol is not ours. */
async function sendOverKafka(url: string, topic: string, body: string): Promise<void> {
  const kcat = spawn('kcat', ['-P', '-b', new URL(url).host, '-t', topic]);
  kcat.stdin.end(body);
  await once(kcat, 'exit');
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
