import type { ChannelModel, ConfirmChannel, Options } from 'amqplib';
import { refusedByBroker } from './broker-error.ts';

/** What amqplib gives a publish that the broker did not take; any other error is a channel that has ended. */
const NACKED = 'message nacked';

export type AmqpMessage = { readonly payload: string; readonly options: Options.Publish };

type Open = {
  readonly channel: ConfirmChannel;
  unconfirmed: number;
  /** Why the broker has ended the channel, where one publish alone can be the reason. */
  refusal: Error | undefined;
};

/**
 * Publishes events over a confirm channel of their own: the broker ends the channel on which it refuses a publish, and
 * nothing else is to end with it. The next publish opens another.
 */
export function createAmqpPublisher(
  connection: ChannelModel,
  exchange: string,
): (topic: string, message: AmqpMessage) => Promise<void> {
  let current: Promise<Open> | undefined;

  async function open(): Promise<Open> {
    const channel = await connection.createConfirmChannel();
    const opened: Open = { channel, unconfirmed: 0, refusal: undefined };
    channel.on('error', (error: Error) => {
      if (opened.unconfirmed === 1) opened.refusal = error;
    });
    channel.on('close', () => {
      current = undefined;
    });
    return opened;
  }

  return async (topic, message) => {
    current ??= open();
    const opened = await current;
    opened.unconfirmed += 1;
    try {
      await publishToAmqp(opened.channel, { exchange, topic, ...message });
    } catch (error) {
      const { refusal } = opened;
      throw refusal === undefined ? error : refusedByBroker(`The AMQP broker refused it: ${refusal.message}`, refusal);
    } finally {
      opened.unconfirmed -= 1;
    }
  };
}

/** Resolves when the broker has confirmed. Of what is not confirmed when the channel ends, the outcome is not known. */
export function publishToAmqp(
  channel: ConfirmChannel,
  { exchange, topic, payload, options }: AmqpMessage & { readonly exchange: string; readonly topic: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish(exchange, topic, Buffer.from(payload), options, (error: unknown) => {
      if (error === null || error === undefined) resolve();
      else if (error instanceof Error && error.message === NACKED)
        reject(refusedByBroker('The AMQP broker did not take the message.', error));
      else reject(error);
    });
  });
}
