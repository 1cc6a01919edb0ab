import { type HttpAnswer, type HttpRequest, readHeader } from '../http/http-message.ts';
import { unusableAnswer } from '../unusable-answer.ts';

type Known = { readonly etag: string; readonly answer: HttpAnswer };

type Bounds = { readonly entries: number; readonly bytes: number };

const BOUNDS: Bounds = { entries: 1000, bytes: 16_000_000 };

/**
 * Remembers answers that bear an `ETag`, and asks with it whether they still hold: a 304 stands for the whole answer
 * (RFC 9110, 13.1.2). Nothing is answered unasked. What is remembered is another's for every other path or header that
 * is sent, so never another caller's. The longest unused goes first.
 */
export class Revalidation {
  readonly #known = new Map<string, Known>();
  readonly #bounds: Bounds;
  #bytes = 0;

  constructor(bounds: Bounds = BOUNDS) {
    this.#bounds = bounds;
  }

  /** `send` is called once, or again without the condition if the service says 304 to what it was not asked. */
  async send(request: HttpRequest, send: (request: HttpRequest) => Promise<HttpAnswer>): Promise<HttpAnswer> {
    if (request.method !== 'GET') return send(request);
    const key = this.#known.size === 0 ? undefined : toKey(request);
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known === undefined) return this.#remember(request, await send(request));
    const answer = await send({ ...request, headers: { ...request.headers, 'if-none-match': known.etag } });
    if (answer.status !== 304) return this.#remember(request, answer);
    this.#touch(key ?? '', known);
    return known.answer;
  }

  #remember(request: HttpRequest, answer: HttpAnswer): HttpAnswer {
    if (answer.status === 304) throw unusableAnswer('HTTP 304, but nothing was known of it.');
    const etag = answer.status === 200 ? readHeader(answer.headers, 'etag') : undefined;
    if (etag === undefined && this.#known.size === 0) return answer;
    const isStorable = !/\bno-store\b/i.test(readHeader(answer.headers, 'cache-control') ?? '');
    const isFit = answer.body.length <= this.#bounds.bytes / 10;
    const key = toKey(request);
    this.#forget(key);
    if (etag !== undefined && isStorable && isFit) this.#add(key, { etag, answer });
    return answer;
  }

  #add(key: string, known: Known): void {
    this.#known.set(key, known);
    this.#bytes += known.answer.body.length + key.length;
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#bounds.entries && this.#bytes <= this.#bounds.bytes) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const known = this.#known.get(key);
    if (known === undefined) return;
    this.#known.delete(key);
    this.#bytes -= known.answer.body.length + key.length;
  }

  #touch(key: string, known: Known): void {
    if (this.#known.get(key) !== known) return; // forgotten or replaced while it was asked for
    this.#known.delete(key);
    this.#known.set(key, known);
  }
}

/** Everything that reaches the service. */
function toKey({ path, headers }: HttpRequest): string {
  return JSON.stringify([path, headers]);
}
