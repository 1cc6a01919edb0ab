import { fileURLToPath } from 'node:url';
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { findUsers, posts } from './rest-data.ts';

/** The service's definition, out of `data/grpc.proto`. */
export function loadPostsService(): ServiceDefinition {
  const file = fileURLToPath(new URL('data/grpc.proto', import.meta.url));
  return loadSync(file, { keepCase: true })['bench.v1.Posts'] as ServiceDefinition;
}

/** Posts and users over gRPC, on any free port of this machine. `onCall` is told of each call. */
export function startGrpcService(onCall: () => void): Promise<number> {
  const server = new Server();
  const all = posts.map(({ userId, ...post }) => ({ ...post, user_id: userId }));
  const unary =
    <Request>(answer: (request: Request) => object) =>
    ({ request }: ServerUnaryCall<Request, object>, respond: sendUnaryData<object>): void => {
      onCall();
      respond(null, answer(request));
    };
  server.addService(loadPostsService(), {
    ListPosts: unary(() => ({ posts: all })),
    BatchGetUsers: unary<{ readonly ids: readonly number[] }>(({ ids }) => ({ users: findUsers(ids) })),
    GetUser: unary<{ readonly id: number }>(({ id }) => findUsers([id])[0] ?? {}),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}
