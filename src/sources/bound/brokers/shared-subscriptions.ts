import { setTimeout as delay } from 'node:timers/promises';
import { eventsLost } from '../../../errors/events-lost.ts';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Cancellation } from '../../../model/cancellation.ts';
import type { StreamEvent } from '../binding-client.ts';
import { poisonedMessage, toSubscriptionError } from './broker-error.ts';
import { catchUp } from './catch-up.ts';
import { EventBuffer } from './event-buffer.ts';
import type { KeptMessage, Link, MessageBody, OnMessage } from './link.ts';
import { parseMessage } from './reply.ts';
import { isPattern, isTopicMatch } from './topic.ts';

type DeliveredMessage = {
  readonly topic: string;
  readonly body: MessageBody;
  readonly cursor?: string | undefined;
};

/** A broker that does not answer does not hold up who closes. */
const CLOSE_TIMEOUT_MS = 1_000;

type Upstream = { readonly link: Link; readonly unsubscribe: () => Promise<void> };

type SharedTopic = {
  readonly topic: string;
  readonly readers: Set<EventBuffer>;
  upstream: Upstream | undefined;
  isSettling: boolean;
  /** Resolves when the change under way has been made. */
  settling: Promise<void>;
  /** Whether it was subscribed before: then a new link takes up what the old one has left. */
  isAgain: boolean;
  /** The cursor of its last message, or of where it began. */
  position: string | undefined;
};

/**
 * All subscribers of one topic share one subscription at the broker, made for the first and released after the last.
 * Each message is parsed once. When the link is lost subscribers stay, and the new link subscribes for them again.
 */
export class SharedSubscriptions {
  readonly #topics = new Map<string, SharedTopic>();
  readonly #link: () => Promise<Link>;
  #current: Link | undefined;

  constructor(link: () => Promise<Link>) {
    this.#link = link;
  }

  /** Subscriptions that the broker has confirmed and not yet released. */
  get size(): number {
    let held = 0;
    for (const { upstream } of this.#topics.values())
      if (upstream?.link === this.#current && upstream !== undefined) held += 1;
    return held;
  }

  /** A new subscriber's stream. It fails if the broker is down now or refuses. */
  subscribe(topic: string, cancellation: Cancellation): EventBuffer {
    let unhook = () => {};
    const buffer = new EventBuffer(() => {
      unhook();
      this.#remove(topic, buffer);
    });
    unhook = cancellation.onCancel(() => buffer.end());
    if (!cancellation.cancelled) {
      this.#link().then(
        () => this.#add(topic, buffer, cancellation),
        (error: unknown) => buffer.fail(error),
      );
    }
    return buffer;
  }

  /** A new subscriber's stream of what came after a cursor, and of what comes. */
  async *catchUp(topic: string, after: string, cancellation: Cancellation): AsyncGenerator<StreamEvent, undefined> {
    const { resumable } = await this.#link();
    const join = () => this.subscribe(topic, cancellation);
    if (resumable === undefined) yield* join();
    else yield* catchUp({ topic, after, cancellation, resumable, join, toEvents: (kept) => toKeptEvents(topic, kept) });
    return undefined;
  }

  /** A link is there: everybody is subscribed on it. */
  connect(link: Link): void {
    this.#current = link;
    for (const shared of this.#topics.values()) this.#settle(shared);
  }

  /** The link is gone, and its subscriptions with it. */
  disconnect(): void {
    this.#current = undefined;
  }

  /** Ends every stream. Resolves when the broker has released them, or has had its time. */
  async close(): Promise<void> {
    for (const shared of this.#topics.values()) for (const buffer of shared.readers) buffer.end();
    const settled = Promise.all([...this.#topics.values()].map(({ settling }) => settling));
    await Promise.race([settled, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  #add(topic: string, buffer: EventBuffer, cancellation: Cancellation): void {
    if (cancellation.cancelled || buffer.isEnded) return;
    let shared = this.#topics.get(topic);
    if (shared === undefined) {
      shared = {
        topic,
        readers: new Set(),
        upstream: undefined,
        isSettling: false,
        settling: Promise.resolve(),
        isAgain: false,
        position: undefined,
      };
      this.#topics.set(topic, shared);
    }
    shared.readers.add(buffer);
    if (shared.upstream !== undefined && shared.upstream.link === this.#current) buffer.markSubscribed();
    this.#settle(shared);
  }

  #remove(topic: string, buffer: EventBuffer): void {
    const shared = this.#topics.get(topic);
    if (shared?.readers.delete(buffer) === true) this.#settle(shared);
  }

  /** Brings the broker's side in line with the readers; one change at a time, so that none overtakes another. */
  #settle(shared: SharedTopic): void {
    if (shared.isSettling) return;
    shared.isSettling = true;
    shared.settling = this.#reconcile(shared).finally(() => {
      shared.isSettling = false;
      if (this.#nextStep(shared) !== 'none') this.#settle(shared);
      else if (shared.readers.size === 0 && this.#topics.get(shared.topic) === shared)
        this.#topics.delete(shared.topic);
    });
  }

  #nextStep(shared: SharedTopic): 'subscribe' | 'release' | 'none' {
    if (shared.upstream !== undefined && shared.upstream.link !== this.#current) shared.upstream = undefined;
    const isWanted = shared.readers.size > 0;
    if (isWanted === (shared.upstream !== undefined)) return 'none';
    if (!isWanted) return 'release';
    return this.#current === undefined ? 'none' : 'subscribe';
  }

  async #reconcile(shared: SharedTopic): Promise<void> {
    const step = this.#nextStep(shared);
    const link = this.#current;
    if (step === 'subscribe' && link !== undefined) {
      try {
        await this.#subscribe(shared, link);
      } catch (error) {
        // A link that was lost meanwhile has a successor, which subscribes again.
        if (error instanceof GatewayError || link === this.#current) failReaders(shared, error);
      }
    } else if (step === 'release') {
      // What fails to be released was lost with its link.
      await shared.upstream?.unsubscribe().catch(() => {});
      shared.upstream = undefined;
      // Who comes next starts anew.
      shared.isAgain = false;
      shared.position = undefined;
    }
  }

  async #subscribe(shared: SharedTopic, link: Link): Promise<void> {
    const deliver: OnMessage = (topic, body, cursor) => {
      if (shared.upstream !== undefined && shared.upstream.link !== link) return false;
      if (cursor !== undefined) shared.position = cursor;
      const events = toEvents(shared.topic, { topic, body, cursor });
      for (const reader of shared.readers) for (const event of events) reader.push(event);
      return shared.readers.size > 0;
    };
    const { unsubscribe, position, isComplete } = await link.subscribe(shared.topic, deliver, shared.position);
    shared.upstream = { link, unsubscribe };
    shared.position ??= position;
    const hasGap = shared.isAgain && !isComplete;
    shared.isAgain = true;
    for (const reader of shared.readers) {
      reader.markSubscribed();
      if (hasGap) reader.push({ message: eventsLost() });
    }
  }
}

function toKeptEvents(wanted: string, kept: KeptMessage): readonly StreamEvent[] {
  return kept.kind === 'gap' ? [{ message: eventsLost(), cursor: kept.cursor }] : toEvents(wanted, kept);
}

/** None for a message that the broker's own, wider pattern let through. */
function toEvents(wanted: string, { topic, body, cursor }: DeliveredMessage): readonly StreamEvent[] {
  if (isPattern(wanted) && !isTopicMatch(wanted, topic)) return [];
  const parsed = parseMessage(body);
  const message = parsed.kind === 'payload' ? parsed.value : poisonedMessage(topic, parsed.why);
  return [cursor === undefined ? { message } : { message, cursor }];
}

function failReaders(shared: SharedTopic, error: unknown): void {
  const failure = toSubscriptionError(error);
  for (const reader of shared.readers) reader.fail(failure);
}
