import { connect, type ConfirmChannel, type ConsumeMessage, type Message, type Options } from 'amqplib';
import type { BrokerUrl } from '../../../config/broker-url.ts';
import { refusedByBroker } from './broker-error.ts';
import type { Link, LinkEvents, LinkSubscription, OutgoingEvent, OutgoingRequest } from './link.ts';
import { parseReply } from './reply.ts';
import { AMQP_TOPICS, toBrokerTopic } from './topic.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const HEARTBEAT_SECONDS = 10;
const DEFAULT_EXCHANGE = 'amq.topic';
/** RabbitMQ's pseudo-queue: replies come back on the channel that consumes it, and vanish with it. */
const DIRECT_REPLY_TO = 'amq.rabbitmq.reply-to';

/**
 * AMQP 0-9-1: everything goes through one topic exchange (`amq.topic`, or the URL's `?exchange=`), over one confirm
 * channel. Requests are mandatory: one that no queue takes is returned, and nobody listens.
 */
export async function openAmqpLink(url: BrokerUrl, events: LinkEvents): Promise<Link> {
  const { address, exchange } = readUrl(url);
  const connection = await connect(address, { timeout: CONNECT_TIMEOUT_MS, noDelay: true });
  let isClosing = false;
  const lose = (cause?: unknown) => {
    if (!isClosing) events.onLost(cause ?? new Error('The AMQP connection was closed.'));
  };
  connection.on('error', lose);
  connection.on('close', lose);
  const close = async () => {
    isClosing = true;
    // A connection that is gone already says so by throwing.
    await connection.close().catch(() => {});
  };
  try {
    const channel = await connection.createConfirmChannel();
    channel.on('error', lose);
    channel.on('close', () => lose(new Error('The AMQP channel was closed.')));
    channel.on('return', (message: Message) => events.onNobody(String(message.properties.correlationId)));
    await channel.checkExchange(exchange);
    const consumed = (onDelivery: (message: ConsumeMessage) => void) => (message: ConsumeMessage | null) => {
      if (message === null) lose(new Error('The AMQP broker cancelled a subscription.'));
      else onDelivery(message);
    };
    await channel.consume(
      DIRECT_REPLY_TO,
      consumed((message) => readReply(message, events)),
      { noAck: true },
    );
    return {
      sendRequest: async (request) => publish(channel, exchange, request.topic, toRequest(request)),
      sendEvent: async (event) => publish(channel, exchange, event.topic, toEvent(event)),
      subscribe: async (topic, onMessage) => {
        const deliver = consumed(({ fields, content }) => onMessage(fields.routingKey, content));
        return subscribe(channel, exchange, topic, deliver);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function readUrl({ address, options }: BrokerUrl): { address: string; exchange: string } {
  const server = new URL(address);
  server.searchParams.set('heartbeat', options['heartbeat'] ?? String(HEARTBEAT_SECONDS));
  return { address: server.toString(), exchange: options['exchange'] ?? DEFAULT_EXCHANGE };
}

type Outgoing = { readonly payload: string; readonly options: Options.Publish };

function toRequest({ id, payload, ttlMs }: OutgoingRequest): Outgoing {
  return {
    payload,
    options: {
      mandatory: true,
      replyTo: DIRECT_REPLY_TO,
      correlationId: id,
      expiration: String(ttlMs),
      contentType: 'application/json',
    },
  };
}

function toEvent({ payload, key }: OutgoingEvent): Outgoing {
  const headers = key === undefined ? {} : { key };
  return { payload, options: { persistent: true, contentType: 'application/json', headers } };
}

function publish(channel: ConfirmChannel, exchange: string, topic: string, outgoing: Outgoing): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish(exchange, topic, Buffer.from(outgoing.payload), outgoing.options, (error: unknown) => {
      if (error === null || error === undefined) resolve();
      else reject(refusedByBroker('The AMQP broker did not take the message.', error));
    });
  });
}

function readReply(message: ConsumeMessage, events: LinkEvents): void {
  const id: unknown = message.properties.correlationId;
  if (typeof id === 'string') events.onReply(id, parseReply(message.content));
  else events.onUnreadableReply();
}

async function subscribe(
  channel: ConfirmChannel,
  exchange: string,
  topic: string,
  onDelivery: (message: ConsumeMessage | null) => void,
): Promise<LinkSubscription> {
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
  await channel.bindQueue(queue, exchange, toBrokerTopic(topic, AMQP_TOPICS));
  const { consumerTag } = await channel.consume(queue, onDelivery, { noAck: true });
  // The queue goes with its last consumer.
  return { unsubscribe: async () => void (await channel.cancel(consumerTag)), isComplete: false };
}
