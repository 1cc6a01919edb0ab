import { assertFewValues } from './assert-few-values.ts';
import { type OperationParameters, parseParameters } from './operation-parameters.ts';

export type MessagePayload = Readonly<Record<string, unknown>> | undefined;

/** What a client says by the graphql-transport-ws protocol. */
export type ClientMessage =
  | { readonly kind: 'connection_init' | 'ping' | 'pong'; readonly payload: MessagePayload }
  | { readonly kind: 'subscribe'; readonly id: string; readonly parameters: OperationParameters }
  | { readonly kind: 'complete'; readonly id: string };

const MAX_ID_LENGTH = 200;

/** Throws an Error that says what is wrong with a message that is none of the protocol's. */
export function parseClientMessage(text: string): ClientMessage {
  const message = parseObject(text);
  const { type, payload } = message;
  switch (type) {
    case 'connection_init':
    case 'ping':
    case 'pong':
      if (payload !== undefined && payload !== null && !isObject(payload))
        throw new Error(`The payload of "${type}" is no object.`);
      return { kind: type, payload: payload ?? undefined };
    case 'subscribe':
      return { kind: type, id: readId(message), parameters: parseParameters(payload) };
    case 'complete':
      return { kind: type, id: readId(message) };
    default:
      throw new Error('The type of the message is none of graphql-transport-ws.');
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  assertFewValues(text);
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error('The message is not JSON.', { cause });
  }
  if (!isObject(value)) throw new Error('The message is no JSON object.');
  return value;
}

function readId({ id }: Readonly<Record<string, unknown>>): string {
  if (typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH) return id;
  throw new Error(`"id" must be a text of 1 to ${MAX_ID_LENGTH} characters.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
