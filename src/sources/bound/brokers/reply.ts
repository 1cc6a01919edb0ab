import { parseJson } from '../parse-json.ts';

/** What a service answered: a payload, an error of its own, or bytes that are no answer. */
export type Reply =
  | { readonly kind: 'payload'; readonly value: unknown }
  | { readonly kind: 'error'; readonly message: string; readonly code: string | undefined }
  | { readonly kind: 'unreadable'; readonly why: string };

/** The most bytes of one message that are read: RESILIENCE's limit for a service's answer. */
const MAX_MESSAGE_BYTES = 10_000_000;

type Unreadable = Extract<Reply, { kind: 'unreadable' }>;

/** JSON of a message's body, or why it can't be read. An empty body is null. */
export function parseMessage(body: Uint8Array | string | Unreadable): Exclude<Reply, { kind: 'error' }> {
  if (typeof body === 'object' && 'kind' in body) return body;
  if (body.length > MAX_MESSAGE_BYTES) return { kind: 'unreadable', why: `it is over ${MAX_MESSAGE_BYTES} bytes` };
  if (body.length === 0) return { kind: 'payload', value: null };
  const text = typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  try {
    return { kind: 'payload', value: parseJson(text) };
  } catch (cause) {
    return { kind: 'unreadable', why: `it is not JSON: ${cause instanceof Error ? cause.message : 'unknown'}` };
  }
}

/** A reply of a broker with properties: the payload as it is, or `{ "error": { "message", "code" } }` and nothing else. */
export function parseReply(body: Uint8Array | string | Unreadable): Reply {
  const message = parseMessage(body);
  if (message.kind === 'unreadable' || !isObject(message.value)) return message;
  if (Object.keys(message.value).length !== 1) return message;
  return toErrorReply(message.value['error']) ?? message;
}

/** An error reply, if the value is `{ message, code? }`. */
export function toErrorReply(error: unknown): Reply | undefined {
  if (!isObject(error) || typeof error['message'] !== 'string') return undefined;
  const code = error['code'];
  return { kind: 'error', message: error['message'], code: typeof code === 'string' ? code : undefined };
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
