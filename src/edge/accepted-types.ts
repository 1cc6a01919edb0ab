import { GatewayError } from '../errors/gateway-error.ts';

type JsonType = 'application/json' | 'application/graphql-response+json';
type StreamType = 'text/event-stream' | 'multipart/mixed';

/** How a request's answer is to be written. */
export type AcceptedTypes = {
  /** For a query or a mutation. */
  readonly single: JsonType | 'text/event-stream';
  /** For a subscription; null: the client takes none of them. */
  readonly stream: StreamType | null;
};

type MediaRange = {
  readonly type: string;
  readonly subtype: string;
  readonly weight: number;
  readonly position: number;
};

const JSON_TYPES: readonly JsonType[] = ['application/json', 'application/graphql-response+json'];
const STREAM_TYPES: readonly StreamType[] = ['text/event-stream', 'multipart/mixed'];

/**
 * Reads an `Accept` header (RFC 9110, 12.5.1): weights first, then the client's own order; without a header, or where a
 * wildcard leaves the choice, `application/json` and event streams. Throws NOT_ACCEPTABLE if nothing of ours would do.
 */
export function readAcceptedTypes(accept: string | null): AcceptedTypes {
  const ranges = parseAccept(accept ?? '');
  const json = prefer(JSON_TYPES, ranges);
  const stream = prefer(STREAM_TYPES, ranges);
  if (json === null && stream === null) {
    const offered = [...JSON_TYPES, ...STREAM_TYPES].join(', ');
    throw new GatewayError(
      'NOT_ACCEPTABLE',
      `None of the media types in "accept" can be given. Accept one of ${offered}.`,
    );
  }
  // Multipart is for subscriptions only: a single answer goes as JSON, which RFC 9110 allows where no type fits.
  const single = json ?? prefer(['text/event-stream'], ranges) ?? 'application/graphql-response+json';
  return { single, stream };
}

function parseAccept(accept: string): MediaRange[] {
  const ranges = accept.split(',').flatMap((text, position) => parseRange(text, position) ?? []);
  return accept.trim() === '' ? [{ type: '*', subtype: '*', weight: 1, position: 0 }] : ranges;
}

/** null for what is no media range, or is of another charset than UTF-8. */
function parseRange(text: string, position: number): MediaRange | null {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const [type, subtype] = range.split('/');
  if (!type || !subtype) return null;
  const values = new Map(parameters.map((parameter) => splitParameter(parameter)));
  if (!['utf-8', 'utf8'].includes(values.get('charset') ?? 'utf-8')) return null;
  return { type, subtype, weight: parseWeight(values.get('q')), position };
}

function parseWeight(text = '1'): number {
  const weight = Number(text);
  return weight >= 0 && weight <= 1 ? weight : 0;
}

function splitParameter(parameter: string): [string, string] {
  const at = parameter.indexOf('=');
  return at === -1 ? [parameter, ''] : [parameter.slice(0, at), parameter.slice(at + 1).replace(/^"(.*)"$/, '$1')];
}

/** The type the client likes best; among equals the one it named first, then the one offered first. */
function prefer<T extends string>(offered: readonly T[], ranges: readonly MediaRange[]): T | null {
  let best: { readonly mediaType: T; readonly range: MediaRange } | null = null;
  for (const mediaType of offered) {
    const range = mostSpecific(mediaType, ranges);
    if (range === null || range.weight === 0) continue;
    if (best === null || isBefore(range, best.range)) best = { mediaType, range };
  }
  return best?.mediaType ?? null;
}

function isBefore(a: MediaRange, b: MediaRange): boolean {
  return a.weight > b.weight || (a.weight === b.weight && a.position < b.position);
}

function mostSpecific(mediaType: string, ranges: readonly MediaRange[]): MediaRange | null {
  const [type, subtype] = mediaType.split('/');
  return (
    ranges.find((range) => range.type === type && range.subtype === subtype) ??
    ranges.find((range) => range.type === type && range.subtype === '*') ??
    ranges.find((range) => range.type === '*' && range.subtype === '*') ??
    null
  );
}
