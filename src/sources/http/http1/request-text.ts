import type { HttpRequest } from '../http-message.ts';
import { WireFault } from '../wire-fault.ts';

const PATH = /^\/[\x21-\x7e]*$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const ASCII = /^[\t\x20-\x7e]*$/;
/** Field values may hold more (RFC 9110, 5.5), but then the head is not ASCII any more. */
const LATIN_1 = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Said by who writes the message, and by nobody else: two ideas of where a request ends are one too many. */
const FRAMING = /^(?:connection|content-length|transfer-encoding|keep-alive|proxy-connection|upgrade|expect|te)$/i;

/**
 * A request as it goes on the wire, in one piece. `defaults` are headers that it may say otherwise.
 * Throws WireFault for what can't be written without changing its meaning.
 */
export function toRequestText(
  { method, path, headers, body }: HttpRequest,
  defaults: Readonly<Record<string, string>>,
): string | Buffer {
  if (!PATH.test(path)) throw unwritable('its path holds more than visible characters');
  let head = `${method} ${path} HTTP/1.1\r\n`;
  for (const name in defaults) if (headers[name] === undefined) head += `${name}: ${defaults[name]}\r\n`;
  let isAscii = true;
  for (const name in headers) {
    const value = headers[name] ?? '';
    assertHeader(name, value);
    isAscii &&= ASCII.test(value);
    head += `${name}: ${value}\r\n`;
  }
  head += `${toLengthHeader(method, body)}\r\n`;
  return isAscii ? head + (body ?? '') : Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')]);
}

function assertHeader(name: string, value: string): void {
  const isRight = TOKEN.test(name) && !FRAMING.test(name) && LATIN_1.test(value);
  if (!isRight) throw unwritable(`its header ${JSON.stringify(name)} can't be sent`);
}

function toLengthHeader(method: HttpRequest['method'], body: string | null): string {
  if (body !== null) return `content-length: ${Buffer.byteLength(body)}\r\n`;
  return method === 'GET' || method === 'DELETE' ? '' : 'content-length: 0\r\n';
}

function unwritable(why: string): WireFault {
  return new WireFault('unwritable', `A request could not be written: ${why}.`);
}
