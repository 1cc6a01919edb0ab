import type { ConfirmChannel } from 'amqplib';
import { expect, it } from 'vitest';
import { publishToAmqp } from '../../../../src/sources/bound/brokers/amqp-publisher.ts';

/** A publish of which the library says this in the end. */
async function publish(outcome: Error | null): Promise<void> {
  const channel = {
    publish: (_exchange: string, _key: string, _body: Buffer, _options: object, done: (error: Error | null) => void) =>
      done(outcome),
  } as unknown as ConfirmChannel;
  return publishToAmqp(channel, { exchange: 'e', topic: 't', payload: '1', options: {} });
}

it('is done when the broker has confirmed', async () => {
  await publish(null);
});

it('is refused where the broker says so', async () => {
  await expect(publish(new Error('message nacked'))).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    detail: 'The AMQP broker did not take the message.',
  });
});

it('is not known where the channel has ended before, however that came', async () => {
  const ended = new Error('channel closed');
  await expect(publish(ended)).rejects.toBe(ended);
});
