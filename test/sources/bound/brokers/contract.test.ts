import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe } from 'vitest';
import { startBroker } from '../../../../examples/broker.ts';
import { connectWorker, type WorkerConnection } from '../../../../examples/shipping/worker-connection.ts';
import { memoryBus } from '../../../../src/sources/bound/brokers/memory.ts';
import { describeBroker } from '../../../services/broker-contract.ts';

async function connectToMemory(url: string): Promise<WorkerConnection> {
  const bus = memoryBus(url);
  const releases: (() => void)[] = [];
  return {
    onRequest: async (topic, listener) => {
      const stop = bus.listen(topic, ({ body, request }) => {
        if (request === undefined) return;
        const { id, expiresAt, reply } = request;
        listener({
          id,
          payload: JSON.parse(body),
          expiresAt,
          answer: (answer) =>
            reply(answer.id, JSON.stringify('error' in answer ? { error: answer.error } : answer.payload)),
        });
      });
      releases.push(stop);
    },
    onEvent: async (topic, listener) => {
      releases.push(bus.listen(topic, (message) => listener(JSON.parse(message.body), message.topic)));
    },
    publish: async (topic, event) => void bus.send({ topic, body: JSON.stringify(event) }),
    close: async () => {
      for (const release of releases) release();
    },
  };
}

describeBroker('memory', {
  url: () => 'memory:contract',
  connectWorker: connectToMemory,
  sendRaw: async (url, topic, body) => void memoryBus(url).send({ topic, body }),
  tellsNobody: true,
  canBreak: false,
});

describe('an MQTT 3.1.1 broker in this process', () => {
  let broker: Awaited<ReturnType<typeof startBroker>>;
  beforeAll(async () => {
    broker = await startBroker({ port: 0 });
  });
  afterAll(() => broker.close());

  describeBroker('aedes', {
    url: () => broker.url,
    connectWorker,
    sendRaw: async (url, topic, body) => {
      const client = await connectAsync(url);
      await client.publishAsync(topic.replaceAll('.', '/'), body, { qos: 1 });
      await client.endAsync();
    },
    tellsNobody: false,
    canBreak: true,
  });
});
