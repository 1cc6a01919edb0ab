import { type Channel, connect } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Cancellation } from '../../src/model/cancellation.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import { describeService } from './describe-service.ts';
import { brokerUrls } from './service-urls.ts';

const call = () => ({ timeoutMs: 10_000, cancellation: new Cancellation() });

/** A channel of another client's, as an operator would use it. */
async function openChannel(): Promise<Channel> {
  const connection = await connect(brokerUrls.RabbitMQ);
  onTestFinished(() => connection.close());
  return connection.createChannel();
}

await describeService('RabbitMQ', brokerUrls.RabbitMQ, () => {
  describe('RabbitMQ with queues of an operator', () => {
    it('reads the queue of a group as it was made: a quorum queue', async () => {
      const [group, topic] = [`g${randomUUID()}`, `events.${randomUUID()}`];
      const channel = await openChannel();
      const queue = `${group}.${topic}`;
      await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      onTestFinished(async () => void (await channel.deleteQueue(queue)));
      const broker = createBroker(`${brokerUrls.RabbitMQ}?group=${group}`);
      onTestFinished(() => broker.close());
      const events = broker.subscribe(topic, { cancellation: new Cancellation() })[Symbol.asyncIterator]();
      const first = events.next();
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), { timeout: 10_000 });
      await broker.publish(topic, 'kept', call());
      expect((await first).value?.message).toBe('kept');
      await vi.waitFor(async () => expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 0 }));
    });

    it('says that a publish was refused where a queue that is full refuses it, and goes on', async () => {
      const topic = `full.${randomUUID()}`;
      const channel = await openChannel();
      const limits = { 'x-max-length': 1, 'x-overflow': 'reject-publish' };
      const { queue } = await channel.assertQueue('', { exclusive: true, arguments: limits });
      await channel.bindQueue(queue, 'amq.topic', topic);
      const broker = createBroker(brokerUrls.RabbitMQ);
      onTestFinished(() => broker.close());
      const outcomes = await Promise.allSettled([1, 2, 3].map((n) => broker.publish(topic, n, call())));
      expect(outcomes).toMatchObject([
        { status: 'fulfilled' },
        { reason: { code: 'UPSTREAM_UNAVAILABLE', detail: 'The AMQP broker did not take the message.' } },
        { reason: { code: 'UPSTREAM_UNAVAILABLE', detail: 'The AMQP broker did not take the message.' } },
      ]);
      await channel.purgeQueue(queue);
      await broker.publish(topic, 4, call());
    });
  });
});
