import { GatewayError } from '../errors/gateway-error.ts';
import { RequestErrors } from '../errors/request-errors.ts';
import { readVariables } from '../document/read-variables.ts';
import type { CompiledOperation, ExecutionResult } from '../execution/compile-operation.ts';
import type { ClientResult, OperationAnswer, OperationRequest } from '../model/http.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { Caller, RequestContext } from '../model/request-context.ts';
import { unlessCancelled } from '../model/unless-cancelled.ts';
import type { Log } from '../observability/log.ts';
import { type Deadline, startDeadline } from '../traffic/deadline.ts';
import { type ErrorView, toClientErrors, toGatewayError, toRefusal } from './client-errors.ts';
import type { Engine } from './engine.ts';
import { createEventIds } from './event-ids.ts';
import type { Generations } from './generations.ts';
import { openStream } from './open-stream.ts';

export type OperationHandling = {
  readonly engines: Generations<Engine>;
  readonly log: Log;
  /** A new one for each request. */
  readonly nextRequestId: () => string;
};

type Prepared = {
  readonly caller: Caller;
  readonly document: CheckedOperation;
  readonly compiled: CompiledOperation;
  readonly variables: Record<string, unknown>;
};

/** A client's operation from its text to its answer. Never rejects: what goes wrong is an answer too. */
export async function handleOperation(
  request: OperationRequest,
  handling: OperationHandling,
): Promise<OperationAnswer> {
  const lease = handling.engines.take();
  const view = toErrorView(lease?.value, handling);
  let streaming = false;
  let deadline: Deadline | undefined;
  try {
    if (lease === undefined) throw toUnavailable(handling.engines);
    const { deadline: deadlineMs } = lease.value.config.traffic;
    const endsAtMs = performance.now() + deadlineMs;
    deadline = startDeadline(request.cancellation, deadlineMs);
    const preparing = prepareOperation(request, lease.value);
    const prepared = preparing instanceof Promise ? await unlessCancelled(preparing, request.cancellation) : preparing;
    const context = toContext(request, prepared.caller, { requestId: view.requestId, endsAtMs });
    if (prepared.document.operation.operation === 'subscription') {
      deadline.stop(); // a stream may last
      const { authenticator } = lease.value;
      const stream = openStream(prepared, context, {
        lease,
        ids: createEventIds(request),
        toClientResult: (result) => toClientResult(result, view),
        authenticate: async (header) => authenticator.authenticate(header),
        renewed: request.renewed,
      });
      context.cancellation.onCancel(() => lease.release()); // also where the stream is never read
      streaming = true;
      return stream;
    }
    const result = await prepared.compiled.run(prepared.variables, context);
    return toAnswer(result, view);
  } catch (thrown) {
    return refuse(thrown, view);
  } finally {
    deadline?.stop();
    if (!streaming) lease?.release();
  }
}

/** At once, where nothing is to be waited for: no token to check, and a plan that is known. */
function prepareOperation(request: OperationRequest, engine: Engine): Prepared | Promise<Prepared> {
  const caller = engine.authenticator.authenticate(request.header);
  return caller instanceof Promise
    ? caller.then((known) => prepareFor(known, request, engine))
    : prepareFor(caller, request, engine);
}

function prepareFor(caller: Caller, request: OperationRequest, engine: Engine): Prepared | Promise<Prepared> {
  const document = engine.documents.read(request.query, request.operationName);
  const kind = document.operation.operation;
  if (request.method === 'GET' && kind === 'mutation') {
    throw new GatewayError('METHOD_NOT_ALLOWED', 'A mutation must be sent with POST.');
  }
  if (kind === 'subscription') request.admitStream?.();
  const variables = readVariables(document, engine.graph.supergraph.apiSchema, request.variables);
  engine.documents.checkVariables(document, variables);
  const compiling = engine.compile(document, caller);
  return compiling instanceof Promise
    ? compiling.then((compiled) => ({ caller, document, variables, compiled }))
    : { caller, document, variables, compiled: compiling };
}

function toUnavailable({ closed }: Generations<Engine>): GatewayError {
  const message = closed ? 'The gateway is closing.' : 'No schema has been published here yet.';
  return new GatewayError('GRAPH_UNAVAILABLE', message);
}

function toErrorView(engine: Engine | undefined, { nextRequestId, log }: OperationHandling): ErrorView {
  return { unmasked: engine?.config.mode === 'development', requestId: nextRequestId(), log };
}

function toContext(
  { header, cancellation }: OperationRequest,
  caller: Caller,
  { requestId, endsAtMs }: { readonly requestId: string; readonly endsAtMs: number },
): RequestContext {
  return { requestId, caller, header, deadlineMs: endsAtMs, cancellation, scope: new Map() };
}

function toClientResult(result: ExecutionResult, view: ErrorView): ClientResult {
  const { data, errors } = result;
  return errors === undefined || errors.length === 0 ? { data } : { errors: toClientErrors(errors, view), data };
}

function toAnswer(result: ExecutionResult, view: ErrorView): OperationAnswer {
  const shared = result.errors === undefined ? result.shared : undefined; // errors are each client's own
  return { kind: 'single', result: toClientResult(result, view), ...statusOf(result), shared };
}

/** 504 where the deadline passed before anything was executed; 200 for everything else that ran. */
function statusOf({ data, errors = [] }: ExecutionResult): { readonly status: number; readonly alwaysStatus: boolean } {
  const nothing = data === null && errors.length > 0 && errors.every((error) => error.code === 'DEADLINE_EXCEEDED');
  return nothing ? { status: 504, alwaysStatus: true } : { status: 200, alwaysStatus: false };
}

function refuse(thrown: unknown, view: ErrorView): OperationAnswer {
  const errors = thrown instanceof RequestErrors ? thrown.errors : [toGatewayError(thrown)];
  const refusal = toRefusal(errors);
  return {
    kind: 'single',
    result: { errors: toClientErrors(errors, view) },
    ...refusal,
    ...(refusal.status === 401 ? { headers: { 'www-authenticate': 'Bearer' } } : {}),
    ...(errors.some(({ code }) => code === 'OVERLOADED' || code === 'TOO_MANY_CONNECTIONS')
      ? { headers: { 'retry-after': '5' } }
      : {}),
    ...(refusal.status === 405 ? { headers: { allow: 'POST' } } : {}),
  };
}
