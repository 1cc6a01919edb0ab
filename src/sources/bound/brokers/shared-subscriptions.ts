import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Cancellation } from '../../../model/cancellation.ts';
import { poisonedMessage } from './broker-error.ts';
import { EventBuffer } from './event-buffer.ts';
import type { Link } from './link.ts';
import { parseMessage } from './reply.ts';
import { isPattern, isTopicMatch } from './topic.ts';

type Upstream = { readonly link: Link; readonly release: () => Promise<void> };

type SharedTopic = {
  readonly topic: string;
  readonly readers: Set<EventBuffer>;
  upstream: Upstream | undefined;
  isSettling: boolean;
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

  /** A link is there: everybody is subscribed on it. */
  connect(link: Link): void {
    this.#current = link;
    for (const shared of this.#topics.values()) this.#settle(shared);
  }

  /** The link is gone, and its subscriptions with it. */
  disconnect(): void {
    this.#current = undefined;
  }

  /** Ends every stream. */
  close(): void {
    for (const shared of this.#topics.values()) for (const buffer of shared.readers) buffer.end();
  }

  #add(topic: string, buffer: EventBuffer, cancellation: Cancellation): void {
    if (cancellation.cancelled || buffer.isEnded) return;
    let shared = this.#topics.get(topic);
    if (shared === undefined) {
      shared = { topic, readers: new Set(), upstream: undefined, isSettling: false };
      this.#topics.set(topic, shared);
    }
    shared.readers.add(buffer);
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
    void this.#reconcile(shared).finally(() => {
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
        const release = await link.subscribe(shared.topic, this.#deliverTo(shared));
        shared.upstream = { link, release };
      } catch (error) {
        // A link that was lost meanwhile has a successor, which subscribes again.
        if (error instanceof GatewayError || link === this.#current) failReaders(shared, error);
      }
    } else if (step === 'release') {
      // What fails to be released was lost with its link.
      await shared.upstream?.release().catch(() => {});
      shared.upstream = undefined;
    }
  }

  #deliverTo(shared: SharedTopic): (topic: string, body: Uint8Array | string) => void {
    const { topic: wanted, readers } = shared;
    const fits = isPattern(wanted) ? (topic: string) => isTopicMatch(wanted, topic) : () => true;
    return (topic, body) => {
      if (readers.size === 0 || !fits(topic)) return;
      const message = parseMessage(body);
      const event = { message: message.kind === 'payload' ? message.value : poisonedMessage(topic, message.why) };
      for (const reader of readers) reader.push(event);
    };
  }
}

function failReaders(shared: SharedTopic, error: unknown): void {
  const failure =
    error instanceof GatewayError
      ? error
      : new GatewayError('UPSTREAM_UNAVAILABLE', 'The message broker refused the subscription.', { cause: error });
  for (const reader of shared.readers) reader.fail(failure);
}
