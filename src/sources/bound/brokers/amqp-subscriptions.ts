import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { GatewayError } from '../../../errors/gateway-error.ts';
import { refusedByBroker } from './broker-error.ts';
import type { LinkSubscription, OnMessage } from './link.ts';
import { AMQP_TOPICS, toBrokerTopic } from './topic.ts';

/** AMQP's reply code for what is not there. */
export const NOT_FOUND = 404;
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
  const name = `${group}.${topic}`;
  const isThere = await isQueueThere(connection, name);
  const channel = await connection.createChannel();
  let isOpen = false;
  channel.on('error', (error: unknown) => (isOpen ? onLost(error) : undefined));
  try {
    await channel.prefetch(PREFETCH);
    // One that is there is taken as it is: a quorum queue, or one with limits of its own.
    if (!isThere) await channel.assertQueue(name, { durable: true });
    await channel.bindQueue(name, exchange, toBrokerTopic(topic, AMQP_TOPICS));
    const deliver = unlessCancelled(onLost, (message) => {
      if (onMessage(message.fields.routingKey, message.content)) channel.ack(message);
      else channel.nack(message);
    });
    await channel.consume(name, deliver);
  } catch (error) {
    throw refusedByBroker(`The AMQP broker did not give the queue of the group "${group}".`, error);
  }
  isOpen = true;
  // What is not acknowledged yet goes back into the queue.
  return { unsubscribe: () => channel.close(), isComplete: true };
}

async function isQueueThere(connection: ChannelModel, name: string): Promise<boolean> {
  try {
    await askAlone(connection, (own) => own.checkQueue(name));
    return true;
  } catch (error) {
    if (error instanceof GatewayError && isAmqpReply(error.cause, NOT_FOUND)) return false;
    throw error;
  }
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

/** Whether an error is what the broker says by that code. */
export function isAmqpReply(error: unknown, code: number): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
