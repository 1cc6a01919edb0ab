import type { BrokerUrl } from '../../../config/broker-url.ts';
import type { TlsFiles } from '../tls-files.ts';
import type { Reply } from './reply.ts';

/** `id` is the correlation id; `expiresAt` milliseconds since the epoch; `ttlMs` what is left until then, at least 1. */
export type OutgoingRequest = {
  readonly id: string;
  readonly topic: string;
  /** JSON. */
  readonly payload: string;
  readonly expiresAt: number;
  readonly ttlMs: number;
};

/** `payload` is JSON; nobody waits for the acknowledgement after `ttlMs`. */
export type OutgoingEvent = {
  readonly topic: string;
  readonly payload: string;
  readonly key: string | undefined;
  readonly ttlMs: number;
};

/** What a link reports. Nothing is reported after `onLost`, which comes once and not after `close`. */
export type LinkEvents = {
  readonly onReply: (id: string, reply: Reply) => void;
  /** A reply without a readable correlation id. */
  readonly onUnreadableReply: () => void;
  /** The broker says that nobody listens on the topic of this request. */
  readonly onNobody: (id: string) => void;
  /** The broker says, of the topic and not of a message, that it takes nothing on it. */
  readonly onRefused: (topic: string, cause: unknown) => void;
  readonly onLost: (cause: unknown) => void;
};

/** What a message brings, or why it can't be used. */
export type MessageBody = Uint8Array | string | Extract<Reply, { kind: 'unreadable' }>;

/**
 * `topic` is the message's own, with dots. `cursor`: where the link is Resumable.
 * Gives whether anybody took the message: a group's is acknowledged only then.
 */
export type OnMessage = (topic: string, body: MessageBody, cursor?: string) => boolean;

export type LinkSubscription = {
  readonly unsubscribe: () => Promise<void>;
  /** Where the subscription begins: the cursor of the last message before it. Of Resumable links. */
  readonly position?: string | undefined;
  /** Nothing that came after the cursor asked for (or, for a durable group, while it was away) is missed. */
  readonly isComplete: boolean;
};

/** A message that the broker has kept; or that all up to a cursor may be gone. */
export type KeptMessage =
  | {
      readonly kind: 'message';
      readonly topic: string;
      readonly body: MessageBody;
      readonly cursor: string;
    }
  | { readonly kind: 'gap'; readonly cursor: string };

/** What a link to a broker that keeps its messages can do beyond subscribing. */
export type Resumable = {
  readonly isCursor: (text: string) => boolean;
  /** What came after the cursor, oldest first, up to the last message there is; read no faster than it is asked for. */
  readonly readAfter: (topic: string, cursor: string) => AsyncIterable<KeptMessage>;
  /** Whether the message of that cursor is one of those up to `position`, the cursor of another of the same topic. */
  readonly isCovered: (cursor: string, position: string) => boolean;
};

/**
 * One live connection to a broker. It never reconnects and never sends twice: when it is lost, another link is opened
 * and whatever was in flight is settled by the broker above it.
 */
export type Link = {
  /** Resolves when the request is handed to the broker. Rejects with a GatewayError if the broker refuses it. */
  readonly sendRequest: (request: OutgoingRequest) => Promise<void>;
  /** Resolves on the broker's acknowledgement. Rejects with a GatewayError if the broker refuses it. */
  readonly sendEvent: (event: OutgoingEvent) => Promise<void>;
  /** Resolves once the broker has confirmed. `after` (of Resumable links): what came since is delivered first. */
  readonly subscribe: (topic: string, onMessage: OnMessage, after?: string) => Promise<LinkSubscription>;
  /** Absent where the broker keeps nothing. */
  readonly resumable?: Resumable | undefined;
  readonly close: () => Promise<void>;
};

/** Connects once. Rejects when the broker can't be reached or refuses. */
export type OpenLink = (broker: BrokerAddress, events: LinkEvents) => Promise<Link>;

/** `tls` is for URLs that say that TLS is spoken. */
export type BrokerAddress = BrokerUrl & { readonly tls?: TlsFiles | undefined };
