import type { IncomingMessage, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../errors/codes.ts';

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
  const { status, code, message } = toRefusal(error);
  const body = printBody(code, message);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Answers a request whose head cannot be trusted, with 400. */
export function refuseHead(response: ServerResponse, message: string): void {
  const body = printBody('BAD_USER_INPUT', message);
  response.writeHead(400, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
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
