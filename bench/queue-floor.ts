import { connect } from '@nats-io/transport-node';

type Post = { readonly id: number; readonly userId: number; readonly title: string; readonly body: string };
type User = { readonly id: number; readonly name: string; readonly email: string };

const TIMEOUT_MS = 10_000;

/** The queue scenarios by hand: requests of NATS' own client, over its one inbox. `services` is `nats://host:port`. */
export function createQueueFloor(services: string, scenario: string): () => Promise<unknown> {
  const connection = connect({ servers: new URL(services).host });

  async function ask<Answer>(topic: string, payload: object): Promise<Answer> {
    const message = await (await connection).request(topic, JSON.stringify(payload), { timeout: TIMEOUT_MS });
    return message.json<Answer>();
  }

  async function answerPosts(): Promise<unknown> {
    const posts = await ask<readonly Post[]>('bench.posts', {});
    const users = await ask<readonly User[]>('bench.users', { ids: [...new Set(posts.map(({ userId }) => userId))] });
    const byId = new Map(users.map((user) => [user.id, toUser(user)]));
    return {
      posts: posts.map(({ id, title, body, userId }) => ({ id: String(id), title, body, user: byId.get(userId) })),
    };
  }

  return scenario === 'queue' ? answerPosts : async () => ({ user: toUser(await ask<User>('bench.user', { id: 1 })) });
}

function toUser({ id, name, email }: User): object {
  return { id: String(id), name, email };
}
