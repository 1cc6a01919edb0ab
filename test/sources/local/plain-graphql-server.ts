import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildSchema, graphql, parse, subscribe } from 'graphql';

export type PlainServer = {
  readonly url: string;
  /** Every document that was asked, introspection left out, in one line. */
  readonly asked: string[];
  readonly headers: IncomingMessage['headers'][];
  /** Answers in place of the schema, until it is undefined again. */
  answer: ((response: ServerResponse) => void) | undefined;
  readonly close: () => Promise<void>;
};

/** A GraphQL service on a free port that knows nothing of federation and remembers what it was asked. */
export async function startPlainServer(sdl: string, rootValue: Record<string, unknown>): Promise<PlainServer> {
  const schema = buildSchema(sdl);
  const asked: string[] = [];
  const headers: IncomingMessage['headers'][] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { query, variables } = JSON.parse(await text(request)) as {
      query: string;
      variables: Record<string, unknown>;
    };
    if (!query.includes('__schema')) {
      asked.push(query.replaceAll(/\s+/g, ' '));
      headers.push(request.headers);
    }
    if (plain.answer !== undefined) return plain.answer(response);
    if (request.headers.accept === 'text/event-stream') return stream(response, query, variables);
    const result = await graphql({ schema, source: query, rootValue, variableValues: variables });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  }

  async function stream(response: ServerResponse, query: string, variables: Record<string, unknown>): Promise<void> {
    const events = await subscribe({ schema, document: parse(query), rootValue, variableValues: variables });
    if (!(Symbol.asyncIterator in events)) {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(events));
      return;
    }
    response.on('close', () => void events.return(undefined));
    response.setHeader('content-type', 'text/event-stream').flushHeaders();
    for await (const event of events) response.write(`event: next\ndata: ${JSON.stringify(event)}\n\n`);
    response.end('event: complete\ndata:\n\n');
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const plain: PlainServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    asked,
    headers,
    answer: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return plain;
}
