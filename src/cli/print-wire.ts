import type { WireEvent } from '../model/call.ts';
import { toRecorded } from '../traffic/recorded-value.ts';

/** What a header's name says is nobody's to read. */
const SECRET_HEADER = /auth|token|secret|cookie|session|signature|api-?key|credential/i;

const LONGEST_BODY = 20_000;

/** What went over the wire without secrets: bodies as JSON where they are, and their text else. */
export function toShownWire(event: WireEvent): WireEvent {
  const headers = Object.entries(event.headers).filter(([, value]) => value !== undefined);
  const shown = headers.map(([name, value]) => [
    name,
    SECRET_HEADER.test(name) ? '[redacted]' : toRecorded(value, name),
  ]);
  return {
    direction: event.direction,
    line: withoutSecretParameters(event.line),
    headers: Object.fromEntries(shown) as WireEvent['headers'],
    body: toShownBody(event.body),
  };
}

export function printWire({ direction, line, headers, body }: WireEvent): string {
  const mark = direction === 'sent' ? '→' : '←';
  const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${String(value)}`);
  const text = typeof body === 'string' ? body : JSON.stringify(body, null, 2);
  const shown = body === undefined || body === null || text === '' ? [] : ['', indent(cut(text))];
  return [`${mark} ${line}`, ...lines, ...shown].join('\n');
}

function toShownBody(body: unknown): unknown {
  if (body === undefined) return undefined;
  if (typeof body !== 'string') return toRecorded(body);
  try {
    return toRecorded(JSON.parse(body));
  } catch {
    return /^[^\s=&]+=/.test(body) ? withoutSecretParameters(`?${body}`).slice(1) : body;
  }
}

/** `?api_key=…` tells as much as a header. */
function withoutSecretParameters(line: string): string {
  return line.replace(/([?&])([^=&\s]+)=([^&\s]*)/g, (whole, mark: string, name: string) =>
    SECRET_HEADER.test(name) || toRecorded('x', name) !== 'x' ? `${mark}${name}=[redacted]` : whole,
  );
}

function cut(text: string): string {
  return text.length <= LONGEST_BODY
    ? text
    : `${text.slice(0, LONGEST_BODY)}\n… ${text.length - LONGEST_BODY} characters more`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
