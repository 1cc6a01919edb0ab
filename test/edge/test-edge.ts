import { buildSchema, execute, GraphQLError, parse, subscribe, validate } from 'graphql';
import { onTestFinished } from 'vitest';
import { DEFAULT_WEB_SOCKET } from '../../src/config/web-socket.ts';
import { createEdge, type EdgeOptions } from '../../src/edge/edge.ts';
import type { ClientEvent, ClientResult, OperationAnswer, OperationRequest } from '../../src/model/http.ts';
import type { Log } from '../../src/observability/log.ts';

const schema = buildSchema(/* GraphQL */ `
  type Query {
    greeting(name: String = "you"): String!
    token: String
  }
  type Mutation {
    count: Int!
  }
  type Subscription {
    ticks(to: Int!): Int!
  }
`);

/** An edge over a small schema in memory, with what it asked for and what it logged. */
export function testEdge(options: Partial<EdgeOptions> = {}) {
  const operations: OperationRequest[] = [];
  const logged: string[] = [];
  const log: Log = (level, message) => void logged.push(`${level} ${message}`);
  const edge = createEdge({
    handle: async (request) => {
      operations.push(request);
      return answer(request);
    },
    admit: async () => {},
    webSocket: DEFAULT_WEB_SOCKET,
    streams: 1000,
    unreadBytes: 100_000_000,
    path: '/graphql',
    graphiql: () => false,
    bodyBytes: () => 2000,
    isReady: () => true,
    log,
    ...options,
  });
  return { edge, operations, logged };
}

/** The same, listening on a free port until the test has finished. */
export async function listeningEdge(options: Partial<EdgeOptions> = {}) {
  const test = testEdge(options);
  const listener = await test.edge.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    const closing = listener.close({ drainMs: 0 });
    await listener.close({ drainMs: 0 });
    await closing;
  });
  return { ...test, listener, url: `http://127.0.0.1:${listener.port}` };
}

export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  };
}

export function refused(code: string, status: number, alwaysStatus = false): OperationAnswer {
  return { kind: 'single', status, alwaysStatus, result: { errors: [{ message: code, extensions: { code } }] } };
}

async function answer(request: OperationRequest): Promise<OperationAnswer> {
  const document = tryParse(request.query);
  if (document === null) return refused('GRAPHQL_PARSE_FAILED', 400);
  if (validate(schema, document).length > 0) return refused('GRAPHQL_VALIDATION_FAILED', 400);
  const rootValue = {
    greeting: ({ name }: { name: string }) => `Hello ${name}`,
    token: request.header('authorization'),
  };
  const args = {
    schema,
    document,
    rootValue: { ...rootValue, count: 1, ticks },
    variableValues: asVariables(request.variables),
  };
  const [definition] = document.definitions;
  const kind = definition !== undefined && 'operation' in definition ? definition.operation : 'query';
  if (kind === 'mutation' && request.method === 'GET') return refused('METHOD_NOT_ALLOWED', 405, true);
  if (kind === 'subscription') {
    return { kind: 'stream', events: toEvents((await subscribe(args)) as AsyncIterable<ClientResult>), stop: () => {} };
  }
  const result = await execute(args);
  if (result.data === undefined) return refused('BAD_USER_INPUT', 400);
  return { kind: 'single', status: 200, alwaysStatus: false, result: { data: result.data as Record<string, unknown> } };
}

async function* toEvents(results: AsyncIterable<ClientResult>): AsyncGenerator<ClientEvent> {
  for await (const result of results) yield { result };
}

async function* ticks({ to }: { to: number }) {
  for (let tick = 1; tick <= to; tick += 1) yield { ticks: tick };
}

function asVariables(variables: unknown): Record<string, unknown> {
  return (variables ?? {}) as Record<string, unknown>;
}

function tryParse(query: string) {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
