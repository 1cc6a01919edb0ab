import { unusableAnswer } from '../../unusable-answer.ts';

/**
 * Subscriptions over WebSockets, as services speak them: graphql-transport-ws
 * (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md), and the older protocol of subscriptions-transport-ws, whose
 * subprotocol is called graphql-ws. Both are offered; the service chooses.
 */
export const SOCKET_PROTOCOLS = ['graphql-transport-ws', 'graphql-ws'] as const;

/** What the protocols call the same thing. */
const WORDS = {
  'graphql-transport-ws': { start: 'subscribe', stop: 'complete' },
  'graphql-ws': { start: 'start', stop: 'stop' },
} as const;

export type SocketWords = (typeof WORDS)[keyof typeof WORDS];

/** Undefined for a protocol that is none of the two. */
export function wordsOf(protocol: string): SocketWords | undefined {
  return SOCKET_PROTOCOLS.find((known) => known === protocol) && WORDS[protocol as keyof typeof WORDS];
}

export type ServiceMessage =
  | { readonly kind: 'acknowledged' | 'asked' | 'nothing' }
  | { readonly kind: 'refused'; readonly payload: unknown }
  | { readonly kind: 'event' | 'failed'; readonly id: string; readonly payload: unknown }
  | { readonly kind: 'over'; readonly id: string };

/** A message of either protocol. Throws UPSTREAM_BAD_RESPONSE for what is none. */
export function parseServiceMessage(text: string, service: string): ServiceMessage {
  const { type, id, payload } = parseObject(text, service);
  switch (type) {
    case 'connection_ack':
      return { kind: 'acknowledged' };
    case 'ping':
      return { kind: 'asked' };
    case 'pong':
    case 'ka':
      return { kind: 'nothing' };
    case 'connection_error':
      return { kind: 'refused', payload };
    case 'next':
    case 'data':
      return { kind: 'event', id: String(id), payload };
    case 'error':
      return { kind: 'failed', id: String(id), payload };
    case 'complete':
      return { kind: 'over', id: String(id) };
    default:
      throw unusableAnswer(`A message of the unknown type ${JSON.stringify(type)}.`, { service });
  }
}

function parseObject(text: string, service: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unusableAnswer('A message is not JSON.', { service, cause });
  }
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw unusableAnswer('A message is no JSON object.', { service });
}
