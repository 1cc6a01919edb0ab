import { Client, credentials, type MethodDefinition } from '@grpc/grpc-js';
import { loadPostsService } from './grpc-service.ts';

type Post = { readonly id: number; readonly user_id: number; readonly title: string; readonly body: string };
type User = { readonly id: number; readonly name: string; readonly email: string };

/** The gRPC scenarios by hand: grpc-js's client, protobufjs's messages. `services` is `grpc://host:port`. */
export function createGrpcFloor(services: string, scenario: string): () => Promise<unknown> {
  const client = new Client(new URL(services).host, credentials.createInsecure());
  const definition = loadPostsService();

  function call<Answer>(name: string, message: object): Promise<Answer> {
    const { path, requestSerialize, responseDeserialize } = definition[name] as MethodDefinition<object, Answer>;
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + 10_000 };
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, options, (error, answer) => {
        if (answer === undefined) reject(error ?? new Error('no answer'));
        else resolve(answer);
      });
    });
  }

  async function answerPosts(): Promise<unknown> {
    const { posts } = await call<{ readonly posts: readonly Post[] }>('ListPosts', {});
    const ids = [...new Set(posts.map(({ user_id: id }) => id))];
    const { users } = await call<{ readonly users: readonly User[] }>('BatchGetUsers', { ids });
    const byId = new Map(users.map((user) => [user.id, toUser(user)]));
    return {
      posts: posts.map(({ id, title, body, user_id: userId }) => ({
        id: String(id),
        title,
        body,
        user: byId.get(userId),
      })),
    };
  }

  return scenario === 'grpc' ? answerPosts : async () => ({ user: toUser(await call<User>('GetUser', { id: 1 })) });
}

function toUser({ id, name, email }: User): object {
  return { id: String(id), name, email };
}
