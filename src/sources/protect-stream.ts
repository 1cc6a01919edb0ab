import type { Attempt, AttemptContext, CallPolicy, Protect, Send } from '../model/call.ts';
import type { SubscriptionOpening } from '../model/source.ts';
import { startStream } from '../model/started-stream.ts';

/** One try to open a stream. The context's cancellation ends the stream, also when it is open. */
export type StreamAttempt = Pick<AttemptContext, 'context' | 'trace'> & {
  /** To be called when the service has taken it: the call has been answered then. */
  readonly onOpened: () => void;
};

type OpenStream<Call, Event> = (call: Call, attempt: StreamAttempt) => AsyncIterable<Event>;

type Openable = { readonly opening?: SubscriptionOpening | undefined };

/** Opening is a call with a call's policies: it has the time of one, and is tried again. The stream itself has no end. */
export function protectStream<Call extends Openable, Event>(
  open: OpenStream<Call, Event>,
  protect: Protect,
  policy: CallPolicy,
): Send<Call, AsyncIterable<Event>> {
  return protectOpening<Call, AsyncIterable<Event>>((call, attempt) => begin(open, call, attempt), protect, policy);
}

/** Opening what a stream comes by. Where a stream that broke is opened again, that is the further attempt: it has none of its own. */
export function protectOpening<Call extends Openable, Answer>(
  attempt: Attempt<Call, Answer>,
  protect: Protect,
  policy: CallPolicy,
): Send<Call, Answer> {
  const first = protect(attempt, { kind: 'query', policy });
  const again = protect(attempt, { kind: 'query', policy: { ...policy, retry: { ...policy.retry, attempts: 0 } } });
  return (call, context) => (call.opening?.isAgain === true ? again : first)(call, context);
}

/** Resolves when the stream is open, or has given its first event; rejects when it fails before that. */
async function begin<Call, Event>(
  open: OpenStream<Call, Event>,
  call: Call,
  { context, cancellation, trace }: AttemptContext,
): Promise<AsyncIterable<Event>> {
  const life = context.cancellation.child();
  const unhook = cancellation.onCancel((reason) => life.cancel(reason));
  const opened = Promise.withResolvers<void>();
  const attempt = { context: { ...context, cancellation: life }, trace, onOpened: opened.resolve };
  const { first, items } = startStream(open(call, attempt));
  try {
    await Promise.race([opened.promise, first]);
    return endingWith(items, () => life.release());
  } catch (error) {
    life.release();
    throw error;
  } finally {
    unhook();
  }
}

async function* endingWith<Event>(items: AsyncIterable<Event>, end: () => void): AsyncGenerator<Event> {
  try {
    yield* items;
  } finally {
    end();
  }
}
