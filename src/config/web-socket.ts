import { z } from 'zod';
import { byteSize, duration } from './quantities.ts';

const CONNECTIONS = 'a whole number from 1 to 1000000';

export const connectionCount = z.number(CONNECTIONS).int(CONNECTIONS).min(1, CONNECTIONS).max(1_000_000, CONNECTIONS);

const OPERATIONS = 'a whole number from 1 to 10000';

const origin = z.string().refine((text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text), {
  error: 'an origin like https://app.example (scheme, host and port, no path), or "*" for all',
});

const header = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'the name of a header')
  .transform((name) => name.toLowerCase());

/** `listen.webSocket:`, with the limits that every gateway starts from. */
export const webSocket = z.strictObject({
  origins: z.array(origin).default([]).describe('other origins whose pages may open WebSockets'),
  headers: z
    .array(header)
    .default([])
    .describe('members of `connection_init` that count as headers of the request, beside `authorization`'),
  init: duration.default(3000).describe('how long a connection may take to begin'),
  ping: duration.default(12_000).describe('how often a connection is asked whether it lives'),
  messageBytes: byteSize.default(64_000).describe('largest message of a client'),
  operations: z
    .number(OPERATIONS)
    .int(OPERATIONS)
    .min(1, OPERATIONS)
    .max(10_000, OPERATIONS)
    .default(100)
    .describe('operations under way on one connection'),
  connections: connectionCount.default(10_000).describe('connections that may be open at once'),
  connectionsPerAddress: connectionCount
    .optional()
    .describe('of these, from one address; no bound of their own unless set'),
});

export type WebSocketConfig = z.output<typeof webSocket>;

export const DEFAULT_WEB_SOCKET: WebSocketConfig = webSocket.parse({});
