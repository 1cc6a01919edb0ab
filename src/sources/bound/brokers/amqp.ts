import { connect, type ConfirmChannel, type ConsumeMessage, type Message, type Options } from 'amqplib';
import type { BrokerUrl } from '../../../config/broker-url.ts';
import {
  type AmqpSubscriptions,
  subscribeAsAmqpGroup,
  subscribeToAmqp,
  unlessCancelled,
} from './amqp-subscriptions.ts';
import { refusedByBroker } from './broker-error.ts';
import type { BrokerAddress, Link, LinkEvents, OutgoingEvent, OutgoingRequest } from './link.ts';
import { parseReply } from './reply.ts';
import { toTlsOptions } from './tls-options.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const HEARTBEAT_SECONDS = 10;
const DEFAULT_EXCHANGE = 'amq.topic';
/** RabbitMQ's pseudo-queue: replies come back on the channel that consumes it, and vanish with it. */
const DIRECT_REPLY_TO = 'amq.rabbitmq.reply-to';

/**
 * AMQP 0-9-1: everything goes through one topic exchange (`amq.topic`, or the URL's `?exchange=`), over one confirm
 * channel. Requests are mandatory: one that no queue takes is returned, and nobody listens.
 */
export async function openAmqpLink(url: BrokerAddress, events: LinkEvents): Promise<Link> {
  const { address, exchange } = readUrl(url);
  const connection = await connect(address, {
    timeout: CONNECT_TIMEOUT_MS,
    noDelay: true,
    ...toTlsOptions(url.tls),
  });
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
    const takeReply = unlessCancelled(lose, (message) => readReply(message, events));
    await channel.consume(DIRECT_REPLY_TO, takeReply, { noAck: true });
    const subscriptions: AmqpSubscriptions = { connection, channel, exchange, onLost: lose };
    const { group } = url.options;
    return {
      sendRequest: async (request) => publish(channel, exchange, request.topic, toRequest(request)),
      sendEvent: async (event) => publish(channel, exchange, event.topic, toEvent(event)),
      subscribe: (topic, onMessage) =>
        group === undefined
          ? subscribeToAmqp(subscriptions, topic, onMessage)
          : subscribeAsAmqpGroup(subscriptions, group, topic, onMessage),
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
