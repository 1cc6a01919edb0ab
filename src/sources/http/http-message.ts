/** `path` holds the query string too. */
export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** May be sent twice: a kept-alive socket that turns out to be dead is replaced once, unseen. */
  readonly isRepeatable: boolean;
};

/** By lower-case name. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A whole answer. */
export type HttpAnswer = { readonly status: number; readonly headers: HttpHeaders; readonly body: string };

/** An answer whose body has no end. */
export type HttpStream = {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly chunks: AsyncIterable<Uint8Array>;
};

/** A header's value as one text. */
export function readHeader(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
}

/** Whether the answer says it is JSON: `application/json` or a media type that ends in `+json`. */
export function isJson(headers: HttpHeaders): boolean {
  const said = readHeader(headers, 'content-type');
  if (said === 'application/json') return true; // almost always
  const type = said?.split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || /^application\/[^/]+\+json$/.test(type);
}

/** `content type "text/html"`, or `no content type`. */
export function showContentType(headers: HttpHeaders): string {
  const type = readHeader(headers, 'content-type');
  return type === undefined ? 'no content type' : `content type ${JSON.stringify(type)}`;
}
