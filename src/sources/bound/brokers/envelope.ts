import type { OutgoingRequest } from './link.ts';
import { isObject, parseMessage, toErrorReply, type Reply } from './reply.ts';

/** A request for a broker without properties: `{ id, replyTo, expiresAt, payload }`, the payload being JSON already. */
export function printEnvelope(request: OutgoingRequest, replyTo: string): string {
  const { id, expiresAt, payload } = request;
  return `{"id":${JSON.stringify(id)},"replyTo":${JSON.stringify(replyTo)},"expiresAt":${expiresAt},"payload":${payload}}`;
}

/** A reply `{ id, payload }` or `{ id, error: { message, code } }`; undefined when it has no id to go by. */
export function parseEnvelope(body: Uint8Array | string): { readonly id: string; readonly reply: Reply } | undefined {
  const message = parseMessage(body);
  if (message.kind === 'unreadable' || !isObject(message.value)) return undefined;
  const { id, payload, error } = message.value;
  if (typeof id !== 'string') return undefined;
  if (error === undefined || error === null) {
    return payload === undefined
      ? { id, reply: { kind: 'unreadable', why: 'it has neither "payload" nor "error"' } }
      : { id, reply: { kind: 'payload', value: payload } };
  }
  return { id, reply: toErrorReply(error) ?? { kind: 'unreadable', why: 'its "error" has no "message"' } };
}
