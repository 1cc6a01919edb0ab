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

/** `payload` is JSON. */
export type OutgoingEvent = { readonly topic: string; readonly payload: string; readonly key: string | undefined };

/** What a link reports. Nothing is reported after `onLost`, which comes once and not after `close`. */
export type LinkEvents = {
  readonly onReply: (id: string, reply: Reply) => void;
  /** A reply without a readable correlation id. */
  readonly onUnreadableReply: () => void;
  /** The broker says that nobody listens on the topic of this request. */
  readonly onNobody: (id: string) => void;
  readonly onLost: (cause: unknown) => void;
};

/** `topic` is the message's own, with dots. */
export type OnMessage = (topic: string, body: Uint8Array | string) => void;

/**
 * One live connection to a broker. It never reconnects and never sends twice: when it is lost, another link is opened
 * and whatever was in flight is settled by the broker above it.
 */
export type Link = {
  /** Resolves when the request is handed to the broker. Rejects with a GatewayError if the broker refuses it. */
  readonly sendRequest: (request: OutgoingRequest) => Promise<void>;
  /** Resolves on the broker's acknowledgement. Rejects with a GatewayError if the broker refuses it. */
  readonly sendEvent: (event: OutgoingEvent) => Promise<void>;
  /** Resolves, once the broker has confirmed, with how to unsubscribe. */
  readonly subscribe: (topic: string, onMessage: OnMessage) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
};

/** Connects once. Rejects when the broker can't be reached or refuses. */
export type OpenLink = (url: string, events: LinkEvents) => Promise<Link>;
