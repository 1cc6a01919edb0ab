import type { AttemptContext, CallPolicy, Protect, Send } from '../model/call.ts';
import { startStream } from '../model/started-stream.ts';

/** One try to open a stream. The context's cancellation ends the stream, also when it is open. */
export type StreamAttempt = Pick<AttemptContext, 'context' | 'trace'> & {
  /** To be called when the service has taken it: the call has been answered then. */
  readonly onOpened: () => void;
};

type OpenStream<Call, Event> = (call: Call, attempt: StreamAttempt) => AsyncIterable<Event>;

/** Opening is a call with a call's policies: it has the time of one, and is tried again. The stream itself has no end. */
export function protectStream<Call, Event>(
  open: OpenStream<Call, Event>,
  protect: Protect,
  policy: CallPolicy,
): Send<Call, AsyncIterable<Event>> {
  return protect<Call, AsyncIterable<Event>>((call, attempt) => begin(open, call, attempt), { kind: 'query', policy });
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
