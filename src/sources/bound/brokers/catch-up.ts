import type { Cancellation } from '../../../model/cancellation.ts';
import type { StreamEvent } from '../binding-client.ts';
import { toSubscriptionError, unknownCursor } from './broker-error.ts';
import type { EventBuffer } from './event-buffer.ts';
import type { KeptMessage, Resumable } from './link.ts';

export type CatchUp = {
  readonly topic: string;
  readonly after: string;
  readonly cancellation: Cancellation;
  readonly resumable: Resumable;
  /** Joins the topic's shared stream, whose messages wait until what is kept was read. */
  readonly join: () => EventBuffer;
  readonly toEvents: (kept: KeptMessage) => readonly StreamEvent[];
};

/**
 * What came after a cursor, then what comes: read from what the broker keeps, as fast as the reader reads, and handed
 * over to the shared stream with nothing left out and nothing twice.
 */
export async function* catchUp(options: CatchUp): AsyncGenerator<StreamEvent, undefined> {
  const { topic, after, cancellation, resumable, join, toEvents } = options;
  if (!resumable.isCursor(after)) throw unknownCursor();
  let position = after;
  while (!cancellation.cancelled) {
    const live = join();
    try {
      await live.subscribed;
      for await (const kept of resumable.readAfter(topic, position)) {
        if (cancellation.cancelled) return undefined;
        position = kept.cursor;
        yield* toEvents(kept);
      }
      // More came meanwhile than may wait: it is read from what is kept.
      if (live.isOverflowed) continue;
      for await (const event of live) {
        if (event.cursor === undefined || !resumable.isCovered(event.cursor, position)) yield event;
      }
      return undefined;
    } catch (error) {
      throw toSubscriptionError(error);
    } finally {
      await live.return();
    }
  }
  return undefined;
}
