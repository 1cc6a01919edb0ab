import { GatewayError } from '../errors/gateway-error.ts';
import type { Cancellation } from '../model/cancellation.ts';
import type { ClientEvent } from '../model/http.ts';
import type { Log } from '../observability/log.ts';

/** How a stream of results is written. */
export type FrameFormat = {
  readonly contentType: string;
  readonly open: string;
  readonly next: (event: ClientEvent) => string;
  /** Keeps the connection alive while nothing happens. */
  readonly ping: string;
  /** The source has ended. */
  readonly complete: string;
  /** The gateway ends the stream before its source has: `why` is for the client to read. */
  readonly interrupted: (why: string) => string;
};

export type FrameStreamOptions = {
  readonly format: FrameFormat;
  readonly events: AsyncIterable<ClientEvent>;
  /** Ends the events in order. */
  readonly stop: () => void;
  /** Cancelled by the client's leaving, and here when the stream is over, so that its source ends too. */
  readonly ending: Cancellation;
  /** Ends the stream between two events. */
  readonly draining: Cancellation;
  readonly log: Log;
};

/** Twelve seconds, as graphql-sse's servers do: below the idle time-outs of common proxies. */
const PING_MS = 12_000;

const CLOSING = 'The gateway is closing. Subscribe again.';
const FAILED = 'Something went wrong in the gateway. Subscribe again.';

/** Writes events as their consumer takes them: what it does not read is not asked for. */
export function createFrameStream({
  format,
  events,
  stop,
  ending,
  draining,
  log,
}: FrameStreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = events[Symbol.asyncIterator]();
  const endings: (() => void)[] = [];
  let over = false;
  let first: Promise<IteratorResult<ClientEvent>> | undefined;
  const finish = (controller: ReadableStreamDefaultController<Uint8Array> | null, last: string): void => {
    if (over) return;
    over = true;
    for (const end of endings) end();
    ending.cancel();
    iterator.return?.()?.catch((error: unknown) => log('warn', 'A subscription did not end well.', { cause: error }));
    if (controller === null) return;
    if (last !== '') controller.enqueue(encoder.encode(last));
    controller.close();
  };
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(encoder.encode(format.open));
      first = iterator.next(); // at once: a generator that was never started could not clean up after itself
      first.catch(() => {}); // reported by pull, if the stream lives that long
      const ping = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(format.ping));
      }, PING_MS);
      const leave = (): void => finish(controller, '');
      endings.push(() => clearInterval(ping));
      endings.push(draining.onCancel(stop));
      endings.push(ending.onCancel(leave)); // last: it may be over already
    },
    pull: async (controller) => {
      try {
        const next = first ?? iterator.next();
        first = undefined;
        const { done = false, value } = await next;
        if (over) return;
        if (done) finish(controller, draining.cancelled ? format.interrupted(CLOSING) : format.complete);
        else controller.enqueue(encoder.encode(format.next(value)));
      } catch (error) {
        const isMeant = error instanceof GatewayError;
        if (!over && !isMeant) log('error', 'A subscription failed.', { cause: error });
        finish(controller, format.interrupted(isMeant ? error.message : FAILED));
      }
    },
    cancel: () => finish(null, ''),
  });
}
