import { createYoga } from 'graphql-yoga';
import type { WebSocketConfig } from '../config/web-socket.ts';
import { Cancellation } from '../model/cancellation.ts';
import type { OperationAnswer, OperationRequest } from '../model/http.ts';
import type { ReadHeader } from '../model/request-context.ts';
import type { Log } from '../observability/log.ts';
import { createWebSockets } from './create-websockets.ts';
import { refuseForUnread } from './broken-request.ts';
import { createFastLane } from './fast-lane.ts';
import { StreamSlots } from './stream-slots.ts';
import { UnreadAnswers } from './unread-answers.ts';
import { type Address, listenHttp, type Listener } from './listen-http.ts';
import { createProbeLane } from './probe.ts';
import { useGraphiql } from './use-graphiql.ts';
import { useKnownPaths } from './use-known-paths.ts';
import { useOperations } from './use-operations.ts';
import { useProbes } from './use-probes.ts';
import { useRegistry } from './use-registry.ts';

export type EdgeOptions = {
  /** Answers one operation. What goes wrong is an answer too. */
  readonly handle: (request: OperationRequest) => Promise<OperationAnswer>;
  /** Rejects with GatewayError where the token in the headers is bad, or can't be checked. */
  readonly admit: (header: ReadHeader) => Promise<void>;
  /** Where GraphQL is served, e.g. `/graphql`. */
  readonly path: string;
  readonly webSocket: WebSocketConfig;
  /** The most event streams that may be open at once. */
  readonly streams: number;
  /** The most that may wait for clients who do not read their answers. */
  readonly unreadBytes: number;
  readonly graphiql: () => boolean;
  /** The most a request's body may have, before and after decompression. */
  readonly bodyBytes: () => number;
  readonly isReady: () => boolean;
  /** Answers everything under `/registry/`, where the gateway carries a registry. */
  readonly registry?: ((request: Request) => Promise<Response>) | undefined;
  readonly log: Log;
};

/** The HTTP face of a gateway. */
export type Edge = {
  /** Answers a request without a port. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Rejects with Node's own error (`EADDRINUSE` …) when it cannot listen. Closing a listener drains the edge. */
  readonly listen: (address: Address) => Promise<Listener>;
};

/** Probes, registry, GraphiQL, and GraphQL: over HTTP in both media types, as event streams and multipart; over WebSockets. */
export function createEdge(options: EdgeOptions): Edge {
  const { log, path, handle, admit, webSocket } = options;
  const draining = new Cancellation();
  const unread = new UnreadAnswers(options.unreadBytes);
  const operations = { handle, bodyBytes: options.bodyBytes, draining, streams: new StreamSlots(options.streams), log };
  const isReady = (): boolean => options.isReady() && !draining.cancelled;
  const fastLane = createFastLane({ ...operations, path });
  const probeLane = createProbeLane(isReady);
  const webSockets = createWebSockets({ handle, admit, draining, log, path, config: webSocket });
  const yoga = createYoga({
    plugins: [
      useProbes(isReady),
      options.registry === undefined ? {} : useRegistry(options.registry),
      useGraphiql(path, options.graphiql),
      useKnownPaths(path, ['/health', '/ready', ...(options.registry === undefined ? [] : ['/registry/v1'])]), // after everything that has a path of its own
      useOperations(operations),
    ],
    graphqlEndpoint: path,
    fetchAPI: { Response, ReadableStream },
    logging: {
      debug: () => {},
      info: () => {},
      warn: (message: unknown) => log('warn', String(message)),
      error: (message: unknown) => log('error', String(message)),
    },
    // Done by the plugins above, each in its own way, or not at all.
    healthCheckEndpoint: ' ',
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    maskedErrors: false,
    maxRequestBodySize: false,
    parserAndValidationCache: false,
  });
  return {
    fetch: async (request) => yoga.fetch(request, {}),
    listen: (address) =>
      listenHttp({
        address,
        onUnread: (response) => unread.watch(response),
        onRequest: (request, response) => {
          if (unread.isFull && request.url?.split('?')[0] === path) refuseForUnread(response);
          else if (!fastLane(request, response) && !probeLane(request, response)) void yoga(request, response);
        },
        onUpgrade: webSockets,
        onDrain: () => draining.cancel(),
      }),
  };
}
