import { GatewayError } from '../errors/gateway-error.ts';
import { Cancellation } from '../model/cancellation.ts';
import type { SubscriptionEvent } from '../model/source.ts';

/** Events that may wait for one subscriber while another is given further ones (docs/http.md). */
const MAX_WAITING = 256;

/** An event as it waits: whole for the one subscriber there is; as text, which each reads for itself, where there are several. */
type Waiting = { readonly answer: SubscriptionEvent; readonly text: string | undefined };

type Reader = {
  readonly waiting: Waiting[];
  asking: PromiseWithResolvers<IteratorResult<SubscriptionEvent>> | undefined;
  end: { readonly error: unknown } | 'done' | undefined;
};

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * One stream of a service for all who subscribe to the same. It is read as fast as the fastest of them; one that falls 256
 * events behind ends with an error. Opened for the first that asks for an event, left after the last.
 */
export class SharedStream {
  readonly #open: (cancellation: Cancellation) => AsyncIterable<SubscriptionEvent>;
  readonly #onEnd: () => void;
  readonly #readers = new Set<Reader>();
  readonly #life = new Cancellation();
  #asked = Promise.withResolvers<void>();
  #running = false;

  /** `onEnd` is called once, when nobody may join any more. */
  constructor(open: (cancellation: Cancellation) => AsyncIterable<SubscriptionEvent>, onEnd: () => void) {
    this.#open = open;
    this.#onEnd = onEnd;
  }

  /** The events from now on. */
  join(cancellation: Cancellation): AsyncIterableIterator<SubscriptionEvent, undefined> {
    const reader: Reader = { waiting: [], asking: undefined, end: undefined };
    this.#readers.add(reader);
    const unhook = cancellation.onCancel(() => this.#leave(reader));
    const leave = (): void => {
      unhook();
      this.#leave(reader);
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => this.#next(reader),
      return: () => {
        leave();
        return Promise.resolve(DONE);
      },
    };
  }

  #next(reader: Reader): Promise<IteratorResult<SubscriptionEvent, undefined>> {
    const waiting = reader.waiting.shift();
    if (waiting !== undefined) return Promise.resolve({ done: false, value: take(waiting) });
    if (reader.end === 'done') return Promise.resolve(DONE);
    if (reader.end !== undefined) {
      const { error } = reader.end;
      reader.end = 'done';
      return Promise.reject(error);
    }
    reader.asking = Promise.withResolvers();
    this.#asked.resolve();
    if (!this.#running) void this.#run();
    return reader.asking.promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for await (const answer of this.#open(this.#life)) {
        this.#deliver(answer);
        await this.#untilAsked();
        if (this.#life.cancelled) break;
      }
      this.#finish('done');
    } catch (error) {
      this.#finish({ error });
    }
  }

  #deliver(answer: SubscriptionEvent): void {
    const text = this.#readers.size > 1 && answer.data !== null ? JSON.stringify(answer.data) : undefined;
    const event: Waiting = { answer, text };
    for (const reader of this.#readers) {
      if (reader.asking !== undefined) settle(reader, { done: false, value: take(event) });
      else if (reader.waiting.length < MAX_WAITING) reader.waiting.push(event);
      else this.#cut(reader);
    }
  }

  async #untilAsked(): Promise<void> {
    this.#asked = Promise.withResolvers();
    if ([...this.#readers].some(({ asking }) => asking !== undefined)) return;
    await this.#asked.promise;
  }

  #cut(reader: Reader): void {
    const message = `More than ${MAX_WAITING} events waited to be read. Subscribe again, and read faster.`;
    this.#remove(reader, { error: new GatewayError('SUBSCRIPTION_INTERRUPTED', message) });
  }

  #leave(reader: Reader): void {
    this.#remove(reader, 'done');
    settle(reader, DONE);
  }

  #remove(reader: Reader, end: Reader['end']): void {
    reader.end = end;
    reader.waiting.length = 0;
    if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
    this.#onEnd();
    this.#life.cancel(new Error('Nobody is subscribed any more.'));
    this.#asked.resolve();
  }

  #finish(end: { readonly error: unknown } | 'done'): void {
    if (this.#readers.size > 0) this.#onEnd();
    for (const reader of this.#readers) {
      reader.end = end;
      if (reader.asking === undefined) continue;
      if (end === 'done') settle(reader, DONE);
      else {
        reader.asking.reject(end.error);
        reader.asking = undefined;
        reader.end = 'done';
      }
    }
    this.#readers.clear();
  }
}

function settle(reader: Reader, result: IteratorResult<SubscriptionEvent>): void {
  reader.asking?.resolve(result);
  reader.asking = undefined;
}

/** What is made of an event for one client is merged into its data: each needs its own. */
function take({ answer, text }: Waiting): SubscriptionEvent {
  return text === undefined ? answer : { ...answer, data: JSON.parse(text) as SubscriptionEvent['data'] };
}
