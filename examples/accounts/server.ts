import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { ProblemDetails, readJson, sendJson, startHttpService, type Service } from '../http-service.ts';
import { seedUsers, type User } from '../seed.ts';
import { executableSdl, serviceSdl } from './schema.ts';
import { createTokens, type Tokens } from './tokens.ts';

const MAX_USERS = 200;

/** The accounts service: federated GraphQL under `/graphql`, `POST /token` and `/.well-known/jwks.json`. */
export async function startAccounts(options: { readonly port: number }): Promise<Service> {
  let url = '';
  const tokens = await createTokens(() => url);
  const yoga = createAccountsGraphql(new Map(seedUsers().map((user) => [user.id, user])), tokens);
  const service = await startHttpService({
    port: options.port,
    handle: async (request, response) => {
      const path = request.url?.split('?')[0];
      if (path === '/graphql') return yoga(request, response) as Promise<void>;
      if (path === '/token') return issueToken(request, response, tokens);
      if (path === '/.well-known/jwks.json') return sendJson(response, 200, tokens.jwks);
      throw new ProblemDetails(404, 'There is nothing at this path.');
    },
  });
  url = service.url;
  return service;
}

function createAccountsGraphql(users: ReadonlyMap<string, User>, tokens: Tokens) {
  return createYoga({
    graphiql: false,
    landingPage: false,
    logging: false,
    cors: false,
    schema: createSchema({
      typeDefs: executableSdl,
      resolvers: {
        Query: {
          me: async (_source: unknown, _args: unknown, { request }: { request: Request }) =>
            users.get((await tokens.readUserId(request.headers.get('authorization'))) ?? ''),
          user: (_source: unknown, { id }: { id: string }) => users.get(id),
          users: (_source: unknown, { limit }: { limit: number }) =>
            [...users.values()].slice(0, Math.min(Math.max(limit, 0), MAX_USERS)),
          _service: () => ({ sdl: serviceSdl }),
          _entities: (_source: unknown, { representations }: { representations: readonly unknown[] }) =>
            representations.map((representation) => findEntity(users, representation)),
        },
        _Entity: { __resolveType: () => 'User' },
      },
    }),
  });
}

function findEntity(users: ReadonlyMap<string, User>, representation: unknown): User | null {
  const { __typename: typeName, id } = representation as { readonly __typename?: unknown; readonly id?: unknown };
  return typeName === 'User' && typeof id === 'string' ? (users.get(id) ?? null) : null;
}

async function issueToken(request: IncomingMessage, response: ServerResponse, tokens: Tokens): Promise<void> {
  if (request.method !== 'POST') throw new ProblemDetails(405, 'Send a POST.');
  const { userId, scopes = [] } = await readJson(request);
  const errors = [
    ...(typeof userId === 'string' && /^u\d+$/.test(userId) ? [] : [{ field: 'userId', message: 'must be like "u1"' }]),
    ...(isListOfText(scopes) ? [] : [{ field: 'scopes', message: 'must be a list of strings' }]),
  ];
  if (typeof userId !== 'string' || !isListOfText(scopes) || errors.length > 0) {
    throw new ProblemDetails(422, 'No token for such a request.', errors);
  }
  const token = await tokens.issue(userId, scopes);
  sendJson(response, 200, { access_token: token, token_type: 'Bearer', expires_in: tokens.lifetimeSeconds });
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
