import type { HttpHeaders } from '../http-message.ts';
import { WireFault } from '../wire-fault.ts';

/** The beginning of an answer. */
export type AnswerHead = {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Bytes of the body, or how its end is told: CHUNKED, UNTIL_CLOSE. */
  readonly length: number;
  /** Whether another request may be sent on the connection after the body. */
  readonly isPersistent: boolean;
};

export const CHUNKED = -1;
export const UNTIL_CLOSE = -2;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: .*)?$/;
/** What no head may hold: control characters, and line ends other than CR LF. */
const FORBIDDEN = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)|(?<!\r)\n/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Reads status line and headers (RFC 9112; without the empty line). Stricter than it asks for wherever two readers could
 * differ about where an answer ends: throws WireFault for folded lines, several or both lengths, codings but `chunked`.
 */
function parseAnswerHead(text: string): AnswerHead {
  if (FORBIDDEN.test(text)) throw malformed('a control character');
  const lineEnd = endOfLine(text, 0);
  const [, minor, status] = STATUS_LINE.exec(text.slice(0, lineEnd)) ?? [];
  if (status === undefined) throw malformed('no status line');
  const headers = parseHeaders(text, lineEnd + 2);
  const length = readLength(Number(status), headers, minor === '1');
  return {
    status: Number(status),
    headers,
    length,
    isPersistent:
      minor === '1' && length !== UNTIL_CLOSE && !saysClose(headers['connection']) && !bringsMore(status, headers),
  };
}

/** Reads heads. One service's are often the same for a while, but for what differs by the second or by the length. */
export class AnswerHeads {
  #text = '';
  #head: AnswerHead | undefined;

  read(text: string): AnswerHead {
    if (this.#head === undefined || text !== this.#text) {
      this.#head = parseAnswerHead(text);
      this.#text = text;
    }
    return this.#head;
  }
}

function parseHeaders(text: string, start: number): HttpHeaders {
  const headers = Object.create(null) as Record<string, string | string[]>; // names are the service's
  for (let at = start; at < text.length;) {
    const end = endOfLine(text, at);
    const colon = text.indexOf(':', at);
    if (colon === -1 || colon > end) throw malformed('a line that is no header');
    const name = readName(text.slice(at, colon));
    const value = readValue(text, colon + 1, end);
    const known = headers[name];
    if (known === undefined) headers[name] = value;
    else headers[name] = Array.isArray(known) ? [...known, value] : [known, value];
    at = end + 2;
  }
  return headers;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\r\n', at);
  return end === -1 ? text.length : end;
}

/** What services call their headers, by the name in lower case: looked up instead of checked and lowered each time. */
const knownNames = new Map(
  ['Content-Type', 'Content-Length', 'Content-Encoding', 'Transfer-Encoding', 'Connection', 'Keep-Alive', 'Date']
    .concat(['Cache-Control', 'Vary', 'Server', 'ETag', 'X-Powered-By', 'Set-Cookie', 'Retry-After'])
    .flatMap((name) => [name, name.toLowerCase()])
    .map((name) => [name, name.toLowerCase()]),
);

function readName(written: string): string {
  const known = knownNames.get(written);
  if (known !== undefined) return known;
  if (!TOKEN.test(written)) throw malformed('a header without a proper name');
  return written.toLowerCase();
}

/** Without the white space around it: HTTP's, for JavaScript's holds more, and others would not take it for a length. */
function readValue(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (from < to && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

const isBlank = (character: number) => character === 0x20 || character === 0x09;

function readLength(status: number, headers: HttpHeaders, mayBeChunked: boolean): number {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  if (coding !== undefined) {
    if (length !== undefined) throw malformed('two lengths');
    if (!mayBeChunked || !isChunked(coding)) throw malformed('an unknown transfer coding');
    return hasNoBody(status) ? 0 : CHUNKED;
  }
  if (length !== undefined && !isLength(length)) throw malformed('no proper length');
  if (hasNoBody(status)) return 0;
  return length === undefined ? UNTIL_CLOSE : Number(length);
}

const isLength = (length: string | readonly string[]) => typeof length === 'string' && /^\d{1,15}$/.test(length);

const isChunked = (coding: string | readonly string[]) => String(coding).toLowerCase() === 'chunked';

const hasNoBody = (status: number) => status < 200 || status === 204 || status === 304;

/** A 204 that says it has a body (RFC 9110, 8.6 forbids it) may send one: it would be read as the next answer. */
function bringsMore(status: string, { 'content-length': length = '0', 'transfer-encoding': coding }: HttpHeaders) {
  return status === '204' && (coding !== undefined || Number(length) !== 0);
}

function saysClose(connection: HttpHeaders[string]): boolean {
  return connection !== undefined && /(?:^|,)\s*close\s*(?:,|$)/i.test(String(connection));
}

function malformed(what: string): WireFault {
  return new WireFault('unusable', `The answer is no HTTP: its head has ${what}.`);
}
