import type { IncomingHttpHeaders } from 'node:http';
import type { ReadHeader } from '../model/request-context.ts';
import type { MessagePayload } from './websocket-message.ts';

/**
 * The headers that operations on a WebSocket have: the upgrade request's, and what the client says in the payload of
 * `connection_init` or `ping`, for browsers can set no header. Of a payload `authorization` counts, before the request's
 * own, and what the config names, after it: a header that a proxy sets cannot be replaced.
 */
export class ConnectionHeaders {
  readonly #request: IncomingHttpHeaders;
  readonly #allowed: readonly string[];
  #said: ReadonlyMap<string, string> = new Map();

  constructor(request: IncomingHttpHeaders, allowed: readonly string[]) {
    this.#request = request;
    this.#allowed = allowed;
  }

  /** Takes over what a payload says: `{ authorization }`, or GraphiQL's and others' `{ headers: { authorization } }`. */
  take(payload: MessagePayload): void {
    const said = new Map(this.#said);
    for (const members of [payload?.['headers'], payload]) {
      if (typeof members !== 'object' || members === null) continue;
      for (const [key, value] of Object.entries(members)) {
        const name = key.toLowerCase();
        const counts = name === 'authorization' || this.#allowed.includes(name);
        if (counts && typeof value === 'string' && isHeaderValue(value)) said.set(name, value);
      }
    }
    this.#said = said;
  }

  /** The headers as they are now: what the client says later changes nothing in them. */
  now(): ReadHeader {
    const heard = this.#said;
    return (name) => {
      const said = heard.get(name) ?? null;
      if (name === 'authorization' && said !== null) return said;
      const own = this.#request[name];
      return (Array.isArray(own) ? own.join(', ') : own) ?? said;
    };
  }
}

/** What could have come as a header: no line breaks, for it may be passed on. */
function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
