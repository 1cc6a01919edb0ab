import type { Cancellation } from '../model/cancellation.ts';
import type { PlanNode } from '../model/plan.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { FetchAnswer, OpenSubscription, SourceFetch, SubscriptionEvent } from '../model/source.ts';
import type { ExecutionResult } from './compile-operation.ts';
import { compileAcceptRoot, type AcceptRoot } from './compile-fetch.ts';
import { compilePlan } from './compile-plan.ts';
import { failedAnswer, pickVariables, toGatewayError, toSourceFetch } from './compile-source-call.ts';
import type { Runs } from './create-runs.ts';
import type { PlanCompilation, Step } from './run.ts';

type Variables = Readonly<Record<string, unknown>>;

/** An event's result. `cursor` is there where the source can resume behind it. */
type EventResult = ExecutionResult & { readonly cursor?: string | undefined };

type SubscribeOptions = {
  /** Ends the subscription in order: the source's stream ends, and an event that is being completed is still given. */
  readonly stopping?: Cancellation | undefined;
  /** The cursor of the event to resume behind. */
  readonly after?: string | undefined;
};

/** Opens a subscription. Leaving the iterator, or cancelling the context, ends all of it at once. */
export type Subscribe = (
  variables: Variables,
  context: RequestContext,
  options?: SubscribeOptions,
) => AsyncIterable<EventResult>;

type SubscriptionCompilation = PlanCompilation & {
  readonly prepareSubscription: (fetch: SourceFetch) => OpenSubscription;
};

export function compileSubscription(
  plan: PlanNode | null,
  compilation: SubscriptionCompilation,
  runs: Runs,
): Subscribe {
  if (plan?.kind === 'condition') return compileCondition(plan, compilation, runs);
  if (plan?.kind !== 'subscription') return subscribeToNothing(runs);
  const { primary } = plan;
  const fetch = toSourceFetch(primary);
  const open = compilation.prepareSubscription(fetch);
  const handling: EventHandling = {
    runs,
    accept: compileAcceptRoot(primary, fetch.document, compilation),
    rest: compilePlan(plan.rest, compilation),
  };
  return (variables, context, { stopping, after } = {}) => ({
    [Symbol.asyncIterator]: () => {
      const life = context.cancellation.child();
      const source = life.child();
      const unhook = stopping?.onCancel((reason) => source.cancel(reason));
      const subscriber = { variables, context: { ...context, cancellation: life }, source };
      const picked = pickVariables(runs.start(variables, context).run.variables, primary.variables);
      const call = { variables: picked, ...(after === undefined ? {} : { after }) };
      const results = readResults(() => open(call, { ...context, cancellation: source }), subscriber, handling);
      return closeAtOnce(results, () => {
        life.cancel(new Error('The subscription has ended.'));
        life.release();
        unhook?.();
      });
    },
  });
}

function compileCondition(
  plan: Extract<PlanNode, { kind: 'condition' }>,
  compilation: SubscriptionCompilation,
  runs: Runs,
): Subscribe {
  const ifTrue = compileSubscription(plan.ifTrue, compilation, runs);
  const ifFalse = compileSubscription(plan.ifFalse, compilation, runs);
  return (variables, context, options) => {
    const { run } = runs.start(variables, context);
    return (run.variables[plan.variable] === true ? ifTrue : ifFalse)(variables, context, options);
  };
}

type EventHandling = { readonly runs: Runs; readonly accept: AcceptRoot; readonly rest: Step };

type Subscriber = {
  readonly variables: Variables;
  readonly context: RequestContext;
  /** Cancelled when the source's stream is to end. */
  readonly source: Cancellation;
};

async function* readResults(
  open: () => AsyncIterable<SubscriptionEvent>,
  subscriber: Subscriber,
  handling: EventHandling,
): AsyncGenerator<EventResult, undefined> {
  try {
    for await (const { cursor, ...answer } of open())
      yield { ...(await handleEvent(answer, subscriber, handling)), cursor };
  } catch (cause) {
    if (subscriber.source.cancelled) return;
    yield await handleEvent(failedAnswer(toGatewayError(cause)), subscriber, {
      ...handling,
      rest: () => Promise.resolve(),
    });
  }
}

/** An event's further fetches share nothing with those of other events. */
async function handleEvent(
  answer: FetchAnswer,
  { variables, context }: Subscriber,
  { runs, accept, rest }: EventHandling,
): Promise<ExecutionResult> {
  const { run, finish } = runs.start(variables, { ...context, scope: new Map() });
  accept(run, answer);
  await rest(run);
  return finish();
}

/**
 * A generator's `return` waits for the `next` that is under way, which may be waiting for an event that never comes.
 * Here leaving cancels first, which ends the stream of the service and so that wait.
 */
function closeAtOnce(
  results: AsyncGenerator<EventResult, undefined>,
  close: () => void,
): AsyncIterableIterator<EventResult, undefined> {
  let closed = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (closed) return { done: true, value: undefined };
      const result = await results.next();
      if (result.done === true) close();
      return result;
    },
    return() {
      closed = true;
      close();
      // What a service's stream throws when it is left concerns nobody any more.
      results.return(undefined).catch(() => {});
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}

/** A subscription that the caller may see nothing of ends with one result that says so. */
function subscribeToNothing(runs: Runs): Subscribe {
  return async function* (variables, context) {
    yield runs.start(variables, context).finish();
  };
}
