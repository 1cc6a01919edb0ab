import { OperationTypeNode } from 'graphql';
import type { Config } from '../config/schema.ts';
import type { CompiledOperation, ExecutionResult } from '../execution/compile-operation.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { Cancellation } from '../model/cancellation.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { RequestContext } from '../model/request-context.ts';
import { SharedStream } from '../sources/shared-stream.ts';
import type { LoadedGraph } from './load-graph.ts';
import { createIdentities } from './operation-identities.ts';

type Subscribe = CompiledOperation['subscribe'];
type EventResult = ExecutionResult & { readonly cursor?: string | undefined };
type Variables = Readonly<Record<string, unknown>>;

/** A subscription as it is subscribed to: perhaps once for several clients. `subgraphs` are those that it asks. */
export type ShareEvents = (
  compiled: CompiledOperation,
  operation: CheckedOperation,
  subgraphs: ReadonlySet<string>,
) => CompiledOperation;

/** How long a client that is to leave in order waits for an event that is being completed, where others stay. */
const GRACE_MS = 1000;
/** The same where nobody stays: a call that completes an event has its own time-out, and the edge its time to drain. */
const LAST_GRACE_MS = 30_000;

/**
 * Equal subscriptions are one: their events are completed from other services once for all. Equal are those of the same
 * compiled operation and variables, and of callers of whom the services are told the same. None is shared that has to do
 * with hand-written resolvers, or with a subgraph whose subscriptions the config does not want shared.
 */
export function createShareEvents({ subgraphs }: Pick<LoadedGraph, 'subgraphs'>, config: Config): ShareEvents {
  const identitiesOf = createIdentities(subgraphs, config);
  const { all, subgraphs: own } = config.traffic;
  const isShared = (name: string): boolean =>
    (own?.[name]?.subscriptions?.share ?? all?.subscriptions?.share) !== false;
  return (compiled, { operation }, asked) => {
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION || ![...asked].every(isShared)) return compiled;
    const identityOf = identitiesOf(asked);
    return identityOf === undefined
      ? compiled
      : { ...compiled, subscribe: shareSubscribe(compiled.subscribe, identityOf) };
  };
}

type Shared = {
  readonly stream: SharedStream<EventResult>;
  readonly stopping: Cancellation;
  /** Those who are subscribed, the first one first. */
  readonly contexts: Set<RequestContext>;
  /** Clients that are to leave in order. */
  leaving: number;
};

function shareSubscribe(subscribe: Subscribe, identityOf: (context: RequestContext) => unknown): Subscribe {
  const streams = new Map<string, Shared>();

  function open(key: string, variables: Variables, context: RequestContext): Shared {
    const stopping = new Cancellation();
    const contexts = new Set<RequestContext>();
    // The headers of one who is still there: others' may have expired with their tokens.
    const header: RequestContext['header'] = (name) => contexts.values().next().value?.header(name) ?? null;
    const stream = new SharedStream<EventResult>({
      open: (cancellation) =>
        subscribe(variables, { ...context, header, cancellation, scope: new Map() }, { stopping }),
      share: (event) => {
        const given = { ...event, shared: {} };
        return () => given;
      },
      onEnd: () => void (streams.get(key) === made && streams.delete(key)),
    });
    const made: Shared = { stream, stopping, contexts, leaving: 0 };
    streams.set(key, made);
    return made;
  }

  return (variables, context, options = {}) => {
    if (options.after !== undefined) return subscribe(variables, context, options); // its events are its own
    const key = JSON.stringify([variables, identityOf(context)]);
    const shared = streams.get(key) ?? open(key, variables, context);
    const cancellation = context.cancellation.child();
    shared.contexts.add(context);
    const unhook = options.stopping?.onCancel(() => leaveInOrder(shared, cancellation));
    return endingWith(shared.stream.join(cancellation), () => {
      unhook?.();
      shared.contexts.delete(context);
      cancellation.release();
    });
  };
}

/** The last ones take the stream with them, which then ends with the event that is being completed. */
function leaveInOrder(shared: Shared, cancellation: Cancellation): void {
  shared.leaving += 1;
  if (shared.leaving >= shared.stream.subscribers) shared.stopping.cancel();
  const cut = (): void => {
    shared.leaving -= 1;
    cancellation.cancel();
  };
  setTimeout(() => {
    if (shared.stopping.cancelled) setTimeout(cut, LAST_GRACE_MS - GRACE_MS).unref();
    else cut();
  }, GRACE_MS).unref();
}

/** One that has fallen behind ends with an event that says so: what it has missed must not go unsaid. */
async function* endingWith(
  events: AsyncIterable<EventResult>,
  end: () => void,
): AsyncGenerator<EventResult, undefined> {
  try {
    yield* events;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    yield { data: null, errors: [error] };
  } finally {
    end();
  }
}
