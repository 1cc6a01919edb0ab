import type { WireEvent } from '../model/call.ts';
import { isSecretHeader, REDACTED } from '../observability/redact.ts';
import { toRecorded } from '../traffic/recorded-value.ts';

const LONGEST_BODY = 20_000;

/** What went over the wire without secrets: bodies as JSON where they are, and their text else. */
export function toShownWire(event: WireEvent): WireEvent {
  const headers = Object.entries(event.headers).filter(([, value]) => value !== undefined);
  const shown = headers.map(([name, value]) => [name, isSecretHeader(name) ? REDACTED : toRecorded(value, name)]);
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
    isSecretHeader(name) ? `${mark}${name}=${REDACTED}` : whole,
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
