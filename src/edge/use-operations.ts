import type { Readable } from 'node:stream';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { GatewayError } from '../errors/gateway-error.ts';
import { Cancellation, clientGone } from '../model/cancellation.ts';
import type { OperationAnswer, OperationRequest } from '../model/http.ts';
import type { Log } from '../observability/log.ts';
import { type AcceptedTypes, readAcceptedTypes } from './accepted-types.ts';
import { readOperationParameters } from './operation-parameters.ts';
import { toRefusal } from './refusal.ts';
import type { StreamSlots } from './stream-slots.ts';
import { writeAnswer, writeJson } from './write-answer.ts';

export type OperationsOptions = {
  readonly handle: (request: OperationRequest) => Promise<OperationAnswer>;
  readonly bodyBytes: () => number;
  /** Cancelled when the edge closes: streams end. */
  readonly draining: Cancellation;
  readonly streams: StreamSlots;
  readonly log: Log;
};

type Exchange = {
  readonly accepted: AcceptedTypes;
  readonly ending: Cancellation;
  readonly answer?: OperationAnswer;
};

/** Yoga's pipeline with our parameters, our execution and our answers in it. `req` is Node's request, where there is one. */
export function useOperations(options: OperationsOptions): Plugin<object, { readonly req?: Readable }> {
  const { handle, bodyBytes, draining, streams, log } = options;
  const exchanges = new WeakMap<Request, Exchange>();
  const refuse = (thrown: unknown): Response => writeJson(toRefusal(thrown, log), 'application/json');
  return {
    onRequestParse: (event) => {
      const { request, serverContext } = event;
      try {
        exchanges.set(request, openExchange(request));
        event.setRequestParser(() =>
          readOperationParameters(request, { body: serverContext.req, bodyBytes: bodyBytes() }).catch(refuse),
        );
      } catch (error) {
        event.endResponse(refuse(error));
      }
    },
    onParams: (event) => {
      const { request, params } = event;
      event.setParamsHandler(async () => {
        const exchange = exchanges.get(request) ?? openExchange(request);
        const { ending } = exchange;
        const admitStream = (): void => streams.take(ending);
        const answer = await handle({ ...toOperationRequest(request, params, ending), admitStream });
        if (answer.kind === 'single') streams.release(ending);
        exchanges.set(request, { ...exchange, answer });
        return {};
      });
    },
    onResultProcess: (event) => {
      const { request, result } = event;
      const exchange = exchanges.get(request) ?? openExchange(request);
      const { answer = toRefusal(result, log) } = exchange; // without an answer, Yoga's result holds what was thrown
      event.setResultProcessor(() => writeAnswer(answer, { ...exchange, draining, log }), exchange.accepted.single);
    },
  };
}

/** Throws what must be refused before anything is read or done, for a mutation whose answer can't be given must not run. */
function openExchange(request: Request): Exchange {
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new GatewayError('METHOD_NOT_ALLOWED', 'GraphQL is served by GET and POST.');
  }
  const ending = new Cancellation();
  const leave = (): void => ending.cancel(clientGone());
  if (request.signal.aborted) leave();
  else request.signal.addEventListener('abort', leave, { once: true });
  return { accepted: readAcceptedTypes(request.headers.get('accept')), ending };
}

function toOperationRequest(request: Request, params: GraphQLParams, cancellation: Cancellation): OperationRequest {
  return {
    query: params.query ?? '',
    operationName: params.operationName,
    variables: params.variables,
    extensions: params.extensions,
    header: (name) => request.headers.get(name),
    method: request.method === 'GET' ? 'GET' : 'POST',
    cancellation,
  };
}
