import { headers } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { printAnswer, readJson, type WorkerConnection } from './worker-connection.ts';

/** NATS: the request's reply subject takes the answer; id and expiry are headers. */
export async function connectNats(url: string): Promise<WorkerConnection> {
  const connection = await connect({ servers: new URL(url).host, name: 'shipping', maxReconnectAttempts: -1 });
  return {
    onRequest: async (topic, listener) => {
      connection.subscribe(topic, {
        callback: (error, message) => {
          if (error !== null || message.reply === undefined || message.reply === '') return;
          const expiresAt = message.headers?.get('Expires-At');
          listener({
            id: message.headers?.get('Correlation-Id') ?? '',
            payload: readJson(message.data),
            expiresAt: expiresAt === undefined || expiresAt === '' ? undefined : Number(expiresAt),
            answer: (answer) => {
              const fields = headers();
              fields.set('Correlation-Id', answer.id);
              message.respond(printAnswer(answer), { headers: fields });
            },
          });
        },
      });
      await connection.flush();
    },
    onEvent: async (topic, listener) => {
      connection.subscribe(topic, {
        callback: (error, message) => {
          if (error === null) listener(readJson(message.data), message.subject);
        },
      });
      await connection.flush();
    },
    publish: async (topic, event) => {
      connection.publish(topic, JSON.stringify(event));
      await connection.flush();
    },
    close: () => connection.close(),
  };
}
