import type { IncomingMessage, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../errors/codes.ts';
import { hangUp } from './hang-up.ts';

type Refusal = { readonly status: number; readonly code: ErrorCode; readonly message: string };

const TOO_LARGE: Refusal = {
  status: 431,
  code: 'HEADERS_TOO_LARGE',
  message: 'Request line and headers may have at most 64 KiB together.',
};

/** Answers what Node's parser gives up on, where it can still be answered, and closes the connection. */
export function refuseUnparsed(error: NodeJS.ErrnoException & { readonly reason?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  writeRefusal(socket, toRefusal(error));
}

/** Answers a request whose head cannot be trusted, with 400. */
export function refuseHead(response: ServerResponse, message: string): void {
  refuse(response, { status: 400, code: 'BAD_USER_INPUT', message });
}

/** Answers a request that cannot be served for what waits for other clients, before any of it is read. */
export function refuseForUnread(response: ServerResponse): void {
  const message = 'Too many answers wait for clients who do not read them (listen.unreadBytes). Try again later.';
  response.setHeader('retry-after', '5');
  refuse(response, { status: 503, code: 'OVERLOADED', message });
}

/** Answers a request for a WebSocket that there is no room for. */
export function refuseUpgrade(socket: Duplex, message: string): void {
  writeRefusal(socket, { status: 503, code: 'TOO_MANY_CONNECTIONS', message }, ['Retry-After: 5']);
}

function refuse(response: ServerResponse, { status, code, message }: Refusal): void {
  const body = printBody(code, message);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** To a connection that no response of Node's belongs to; closes it. */
function writeRefusal(socket: Duplex, { status, code, message }: Refusal, headers: readonly string[] = []): void {
  const body = printBody(code, message);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  hangUp(socket, `${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Whether a request has two tokens: Node would take the first, and a proxy before it perhaps the second. */
export function hasTwoTokens({ headers, rawHeaders }: IncomingMessage): boolean {
  if (headers.authorization === undefined) return false;
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') count += 1;
  }
  return count > 1;
}

function toRefusal({ code, reason }: NodeJS.ErrnoException & { readonly reason?: string }): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return TOO_LARGE;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, code: 'BAD_USER_INPUT', message: 'The request did not come whole in time.' };
  const why = reason === undefined ? '' : `: ${reason}`;
  return { status: 400, code: 'BAD_USER_INPUT', message: `The request is not HTTP as it should be${why}.` };
}

function printBody(code: ErrorCode, message: string): string {
  return `${JSON.stringify({ errors: [{ message, extensions: { code } }] })}\n`;
}
