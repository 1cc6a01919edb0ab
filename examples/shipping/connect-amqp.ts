import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { printAnswer, readJson, type WorkerConnection } from './worker-connection.ts';

const EXCHANGE = 'amq.topic';

type Listener = (message: {
  readonly content: Buffer;
  readonly topic: string;
  readonly properties: Properties;
}) => void;
type Properties = { readonly replyTo?: unknown; readonly correlationId?: unknown };

/** AMQP 0-9-1: a queue for each topic, bound to the topic exchange; answers go to `replyTo` by the default exchange. */
export async function connectAmqp(url: string): Promise<WorkerConnection> {
  const listeners = new Map<string, Listener>();
  let channel: ConfirmChannel | undefined;
  const connection = await connect(url, {
    recovery: {
      // A broker that isn't there at the start is said at once; one that was there is waited for.
      initialMaxRetries: 0,
      // Runs after every connect: a new channel, and all queues again.
      setup: async (model: ChannelModel) => {
        const opened = await model.createConfirmChannel();
        // The connection's recovery replaces a channel that fails.
        opened.on('error', () => {});
        for (const [topic, listener] of listeners) await listen(opened, topic, listener);
        channel = opened;
      },
    },
  });
  connection.on('error', () => {});
  const add = async (topic: string, listener: Listener) => {
    listeners.set(topic, listener);
    if (channel !== undefined) await listen(channel, topic, listener);
  };
  const send = (exchange: string, key: string, body: string, correlationId?: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (channel === undefined) return reject(new Error('The broker is not connected.'));
      const properties = { contentType: 'application/json', ...(correlationId === undefined ? {} : { correlationId }) };
      channel.publish(exchange, key, Buffer.from(body), properties, (error: unknown) =>
        error === null ? resolve() : reject(new Error('The broker did not take the message.', { cause: error })),
      );
    });
  return {
    onRequest: (topic, listener) =>
      add(topic, ({ content, properties }) => {
        const { replyTo, correlationId } = properties;
        if (typeof replyTo !== 'string' || typeof correlationId !== 'string') return;
        listener({
          id: correlationId,
          payload: readJson(content),
          // RabbitMQ drops expired requests itself.
          expiresAt: undefined,
          // A requester that has gone does not take its answer; nobody needs to know.
          answer: (answer) => void send('', replyTo, printAnswer(answer), answer.id).catch(() => {}),
        });
      }),
    onEvent: (topic, listener) => add(topic, ({ content, topic: found }) => listener(readJson(content), found)),
    publish: (topic, event) => send(EXCHANGE, topic, JSON.stringify(event)),
    close: () => connection.close(),
  };
}

async function listen(channel: ConfirmChannel, topic: string, listener: Listener): Promise<void> {
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
  await channel.bindQueue(queue, EXCHANGE, topic);
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return;
      listener({ content: message.content, topic: message.fields.routingKey, properties: message.properties });
    },
    { noAck: true },
  );
}
