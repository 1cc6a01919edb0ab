import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { refusedByBroker } from './broker-error.ts';
import type { LinkSubscription, OnMessage } from './link.ts';
import { AMQP_TOPICS, toBrokerTopic } from './topic.ts';

/** Messages of a group's queue that a gateway may hold unacknowledged. */
const PREFETCH = 256;

export type AmqpSubscriptions = {
  readonly connection: ChannelModel;
  /** Shared with everything else that is no group's. */
  readonly channel: Channel;
  readonly exchange: string;
  readonly onLost: (cause: unknown) => void;
};

/** A queue of this connection's own, which goes with its last consumer. Nothing is acknowledged. */
export async function subscribeToAmqp(
  { connection, channel, exchange, onLost }: AmqpSubscriptions,
  topic: string,
  onMessage: OnMessage,
): Promise<LinkSubscription> {
  const deliver = unlessCancelled(onLost, ({ fields, content }) => void onMessage(fields.routingKey, content));
  const queue = await askAlone(connection, async (own) => {
    const made = await own.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
    await own.bindQueue(made.queue, exchange, toBrokerTopic(topic, AMQP_TOPICS));
    // Whether it may be read; most often there is nothing in it yet.
    const first = await own.get(made.queue, { noAck: true });
    if (first !== false) deliver({ ...first, fields: { ...first.fields, consumerTag: '' } });
    return made.queue;
  });
  const { consumerTag } = await channel.consume(queue, deliver, { noAck: true });
  return { unsubscribe: async () => void (await channel.cancel(consumerTag)), isComplete: false };
}

/**
 * The durable queue of a group, `GROUP.TOPIC`, which all its gateways consume. It has a channel of its own: the broker
 * ends the channel on which it refuses a queue.
 */
export async function subscribeAsAmqpGroup(
  { connection, exchange, onLost }: AmqpSubscriptions,
  group: string,
  topic: string,
  onMessage: OnMessage,
): Promise<LinkSubscription> {
  const channel = await connection.createChannel();
  let isOpen = false;
  channel.on('error', (error: unknown) => (isOpen ? onLost(error) : undefined));
  try {
    await channel.prefetch(PREFETCH);
    const { queue } = await channel.assertQueue(`${group}.${topic}`, { durable: true });
    await channel.bindQueue(queue, exchange, toBrokerTopic(topic, AMQP_TOPICS));
    const deliver = unlessCancelled(onLost, (message) => {
      if (onMessage(message.fields.routingKey, message.content)) channel.ack(message);
      else channel.nack(message);
    });
    await channel.consume(queue, deliver);
  } catch (error) {
    throw refusedByBroker(`The AMQP broker did not give the queue of the group "${group}".`, error);
  }
  isOpen = true;
  // What is not acknowledged yet goes back into the queue.
  return { unsubscribe: () => channel.close(), isComplete: true };
}

/** On a channel of its own, which the broker ends where it refuses: UPSTREAM_UNAVAILABLE. */
async function askAlone<T>(connection: ChannelModel, ask: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await connection.createChannel();
  let refusal: Error | undefined;
  channel.on('error', (error: Error) => {
    refusal = error;
  });
  try {
    return await ask(channel);
  } catch (error) {
    throw refusal === undefined ? error : refusedByBroker(`The AMQP broker refused it: ${refusal.message}`, refusal);
  } finally {
    // One that has ended says so by throwing.
    await channel.close().catch(() => {});
  }
}

/** The broker cancels a consumer whose queue is deleted. */
export function unlessCancelled(
  onLost: (cause: unknown) => void,
  onDelivery: (message: ConsumeMessage) => void,
): (message: ConsumeMessage | null) => void {
  return (message) => {
    if (message === null) onLost(new Error('The AMQP broker cancelled a subscription.'));
    else onDelivery(message);
  };
}
