import type { BrokerUrl } from '../../../config/broker-url.ts';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Link, LinkEvents, OnMessage } from './link.ts';
import { parseReply } from './reply.ts';
import { isTopicMatch } from './topic.ts';

/** One message on a memory bus; `body` is JSON. Requests have an id, an expiry and a way to reply. */
export type MemoryMessage = {
  readonly topic: string;
  readonly body: string;
  readonly key?: string | undefined;
  readonly request?: MemoryRequest | undefined;
};

type MemoryRequest = {
  readonly id: string;
  readonly expiresAt: number;
  /** Answers the request of that id with JSON: the payload, or `{ "error": { "message", "code" } }`. */
  readonly reply: (id: string, body: string) => void;
};

/** A message broker within this process. Messages are delivered in order, after the sender has gone on. */
export class MemoryBus {
  readonly #listeners = new Set<{ readonly pattern: string; readonly onMessage: (message: MemoryMessage) => void }>();

  /** Gives back how to stop listening. `*` stands for one segment of a topic, `>` for the rest. */
  listen(pattern: string, onMessage: (message: MemoryMessage) => void): () => void {
    const listener = { pattern, onMessage };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Delivers to everybody who listens now; gives back how many they are. */
  send(message: MemoryMessage): number {
    const receivers = [...this.#listeners].filter(({ pattern }) => isTopicMatch(pattern, message.topic));
    queueMicrotask(() => {
      for (const receiver of receivers) if (this.#listeners.has(receiver)) receiver.onMessage(message);
    });
    return receivers.length;
  }
}

// The one place where module state is the point: a bus is what everybody in the process who names its URL shares.
const buses = new Map<string, MemoryBus>();

/** The bus of a `memory:` URL: `memory:` itself, or `memory:name`. */
export function memoryBus(url: string): MemoryBus {
  let bus = buses.get(url);
  if (bus === undefined) {
    bus = new MemoryBus();
    buses.set(url, bus);
  }
  return bus;
}

/** Opens a link to a bus of this process. */
export async function openMemoryLink({ address }: BrokerUrl, events: LinkEvents): Promise<Link> {
  const bus = memoryBus(address);
  const releases = new Set<() => void>();
  let isClosed = false;
  const assertOpen = () => {
    if (isClosed) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'The broker was closed.', { retry: 'not-sent' });
  };
  const listen = (topic: string, onMessage: OnMessage) => {
    const stop = bus.listen(topic, (message) => onMessage(message.topic, message.body));
    const release = () => {
      releases.delete(release);
      stop();
    };
    releases.add(release);
    return release;
  };
  return {
    sendRequest: async ({ id, topic, payload, expiresAt }) => {
      assertOpen();
      const reply = (to: string, body: string) => {
        if (!isClosed) events.onReply(to, parseReply(body));
      };
      if (bus.send({ topic, body: payload, request: { id, expiresAt, reply } }) === 0) events.onNobody(id);
    },
    sendEvent: async ({ topic, payload, key }) => {
      assertOpen();
      bus.send({ topic, body: payload, key });
    },
    subscribe: async (topic, onMessage) => {
      const release = listen(topic, onMessage);
      return { unsubscribe: async () => release(), isComplete: false };
    },
    close: async () => {
      isClosed = true;
      for (const release of releases) release();
    },
  };
}
