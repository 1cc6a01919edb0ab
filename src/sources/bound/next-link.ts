import { type HttpHeaders, readHeader } from '../http/http-message.ts';
import { unusableAnswer } from '../unusable-answer.ts';

/** The path and query of the next page, as a `Link` header with `rel="next"` says (RFC 8288); undefined where there is none. */
export function readNextLink(headers: HttpHeaders, from: URL): string | undefined {
  const header = readHeader(headers, 'link') ?? '';
  for (const [, reference = '', parameters = ''] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
    const [, relations = ''] = /;\s*rel\s*=\s*"?([^";,]*)/i.exec(parameters) ?? [];
    if (!relations.toLowerCase().split(/\s+/).includes('next')) continue;
    const target = URL.parse(reference, from);
    if (target?.origin !== from.origin)
      throw unusableAnswer('The "Link" to the next page leads away from the service.');
    return target.pathname + target.search;
  }
  return undefined;
}
