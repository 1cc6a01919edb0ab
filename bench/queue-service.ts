import { headers, type Msg } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { findUsers, posts } from './rest-data.ts';

/** The broker of the queue scenarios: a NATS server that runs already. */
export const QUEUE_URL = process.env['BENCH_NATS_URL'] ?? 'nats://127.0.0.1:4222';

/** The posts and their users behind NATS. False where no server is there: the other scenarios need none. */
export async function startQueueService(onRequest: () => void): Promise<boolean> {
  const connection = await connect({ servers: new URL(QUEUE_URL).host, timeout: 1_000 }).catch(() => undefined);
  if (connection === undefined) return false;
  const answer = (topic: string, toAnswer: (payload: { readonly ids?: number[]; readonly id?: number }) => unknown) => {
    connection.subscribe(topic, {
      // Of several runs at the same time one answers.
      queue: 'bench',
      callback: (_error, message: Msg) => {
        onRequest();
        const fields = headers();
        fields.set('Correlation-Id', message.headers?.get('Correlation-Id') ?? '');
        message.respond(JSON.stringify(toAnswer(message.json())), { headers: fields });
      },
    });
  };
  answer('bench.posts', () => posts);
  answer('bench.users', ({ ids = [] }) => findUsers(ids));
  answer('bench.user', ({ id = 0 }) => findUsers([id])[0]);
  await connection.flush();
  return true;
}
