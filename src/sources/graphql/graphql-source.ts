import type { DocumentNode } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { AttemptContext, CallPolicy, Protect } from '../../model/call.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { FetchAnswer, FetchCall, Source, SourceFetch } from '../../model/source.ts';
import { parseGraphqlAnswer } from '../http/graphql-answer.ts';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import type { HttpRequest } from '../http/http-message.ts';
import { createServiceSubscriptions } from '../http/subscriptions/service-subscriptions.ts';

export type GraphqlSourceOptions = {
  /** The subgraph's name. */
  readonly name: string;
  readonly url: string;
  readonly protect: Protect;
  /** What of the caller's request is passed on. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
  /** The strictest policy of the fields a document selects. */
  readonly policyOf: (document: DocumentNode) => CallPolicy;
  /** The WebSocket that subscriptions go over (`ws:`, `wss:`); server-sent events at `url` without. */
  readonly socketUrl?: string | undefined;
  /** The most that is read of an answer. */
  readonly answerBytes?: number | undefined;
  /** How long a stream may be silent before it is taken for lost. */
  readonly idleMs?: number | undefined;
};

/** A federated service over HTTP: queries and mutations as POSTs, subscriptions as server-sent events or over a WebSocket. */
export function createGraphqlSource(options: GraphqlSourceOptions): Source {
  const client = createHttpClient({ service: options.name, url: options.url, answerBytes: options.answerBytes });
  const { name: service, policyOf } = options;
  const subscriptions = createServiceSubscriptions({ ...options, service, client, socketUrl: options.socketUrl });
  const connection = { ...options, client, path: toPath(options.url) };
  return {
    prepare: (fetch) => {
      const toRequest = compileRequest(fetch, connection, 'application/graphql-response+json, application/json;q=0.9');
      const attempt = async (call: FetchCall, attemptContext: AttemptContext): Promise<FetchAnswer> =>
        parseGraphqlAnswer(await client.send(toRequest(call, attemptContext.context), attemptContext), options.name);
      const kind = fetch.operationKind === 'mutation' ? 'mutation' : 'query';
      const identity = { name: fetch.operation, of: ({ variables }: FetchCall) => variables };
      const send = options.protect(attempt, { kind, policy: options.policyOf(fetch.document), identity });
      return (call, context) => send(call, context).catch((error: unknown) => toFailedAnswer(error, options.name));
    },
    prepareSubscription: ({ operation, operationName, document }) => {
      const open = subscriptions.prepare(policyOf(document));
      return ({ variables, after, opening }, context) =>
        open({ query: operation, operationName, variables, after, opening }, context);
    },
    close: () => {
      subscriptions.close();
      return client.close();
    },
  };
}

type Connection = GraphqlSourceOptions & { readonly client: HttpClient; readonly path: string };

/** The document is written to JSON once; each call adds its variables. */
function compileRequest(
  { operation, operationName, operationKind }: SourceFetch,
  { path, headers }: Connection,
  accept: string,
): (call: FetchCall, context: RequestContext) => HttpRequest {
  const start = JSON.stringify({ query: operation, ...(operationName === undefined ? {} : { operationName }) }).slice(
    0,
    -1,
  );
  const isRepeatable = operationKind !== 'mutation';
  const own = { 'content-type': 'application/json', accept };
  return (call, context) => ({
    method: 'POST',
    path,
    headers: { ...headers(context), ...own },
    body: `${start},"variables":${call.variablesText ?? JSON.stringify(call.variables)}}`,
    isRepeatable,
  });
}

function toPath(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function toFailedAnswer(error: unknown, service: string): FetchAnswer {
  const failure =
    error instanceof GatewayError
      ? error
      : new GatewayError('INTERNAL_ERROR', 'A fetch failed unexpectedly.', { service, cause: error });
  return { data: null, errors: [failure] };
}
