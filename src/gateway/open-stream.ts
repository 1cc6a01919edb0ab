import { GatewayError } from '../errors/gateway-error.ts';
import type { CompiledOperation, ExecutionResult } from '../execution/compile-operation.ts';
import { Cancellation } from '../model/cancellation.ts';
import type { ClientEvent, ClientResult, OperationAnswer, OperationRequest } from '../model/http.ts';
import type { Caller, ReadHeader, RequestContext } from '../model/request-context.ts';
import type { Engine } from './engine.ts';
import type { EventIds } from './event-ids.ts';
import type { Lease } from './generations.ts';
import { type Renewal, watchToken } from './watch-token.ts';

type Subscription = {
  readonly compiled: CompiledOperation;
  readonly variables: Readonly<Record<string, unknown>>;
};

type StreamSettings = {
  readonly lease: Lease<Engine>;
  readonly toClientResult: (result: ExecutionResult) => ClientResult;
  readonly ids: EventIds;
  /** Who the caller is by these headers. */
  readonly authenticate: (header: ReadHeader) => Promise<Caller>;
  readonly renewed: OperationRequest['renewed'];
};

type StreamAnswer = Extract<OperationAnswer, { kind: 'stream' }>;

/**
 * A subscription's events. They end with the source; with an error event when the caller's token has expired; and are
 * broken off when their graph has been replaced for as long as it may drain.
 */
export function openStream(
  { compiled, variables }: Subscription,
  context: RequestContext,
  { lease, toClientResult, ids, authenticate, renewed }: StreamSettings,
): StreamAnswer {
  const stopping = new Cancellation();
  const after = ids.readLast();
  let current = context.header;
  // Not the latest headers: a stream may be shared by callers who are the same by those that it began with.
  const header: ReadHeader = (name) => current(name);

  async function renew(): Promise<Renewal> {
    const latest = renewed?.() ?? context.header;
    const token = latest('authorization');
    const accept = (): void => void (current = (name) => (name === 'authorization' ? token : context.header(name)));
    return { caller: await authenticate(latest), accept };
  }

  async function* readEvents(): AsyncGenerator<ClientEvent> {
    const cancellation = context.cancellation.child();
    let isUnread = false;
    lease.onRetire(() => {
      stopping.cancel(replaced());
      if (isUnread) lease.release(); // a client that has stopped reading would never let this come to its end
    });
    const stopWatching = watchToken(context.caller, renew, (error) => stopping.cancel(error));
    try {
      const streamContext = { ...context, header, cancellation, deadlineMs: Infinity };
      for await (const event of compiled.subscribe(variables, streamContext, { stopping, after })) {
        isUnread = true;
        const id = event.cursor === undefined ? undefined : ids.toId(event.cursor);
        const shared = event.errors === undefined ? event.shared : undefined; // errors are each client's own
        yield { result: toClientResult(event), id, shared };
        isUnread = false;
      }
      const { reason } = stopping;
      if (!(reason instanceof GatewayError)) return;
      if (reason.code === 'SUBSCRIPTION_INTERRUPTED') throw reason;
      yield { result: toClientResult({ data: null, errors: [reason] }) };
    } finally {
      stopWatching();
      cancellation.cancel(new Error('The subscription has ended.'));
      cancellation.release();
      lease.release();
    }
  }

  return { kind: 'stream', events: readEvents(), stop: () => stopping.cancel() };
}

function replaced(): GatewayError {
  return new GatewayError('SUBSCRIPTION_INTERRUPTED', 'The graph has been replaced. Subscribe again.');
}
