import type { IncomingMessage, ServerResponse } from 'node:http';

export const PROBE_HEADERS = { 'content-type': 'text/plain', 'cache-control': 'no-store' } as const;

type Probe = { readonly status: number; readonly text: string };

/** `/health` is 200 while the process lives; `/ready` is 503 while it should get no new requests. */
export function probe(path: string | undefined, isReady: () => boolean): Probe | undefined {
  if (path === '/health') return { status: 200, text: 'alive\n' };
  if (path !== '/ready') return undefined;
  return isReady() ? { status: 200, text: 'ready\n' } : { status: 503, text: 'not ready\n' };
}

/**
 * Answers a probe straight from node:http: a load balancer asks each of its machines every second. Says false, having touched
 * nothing, for every other request.
 */
export function createProbeLane(
  isReady: () => boolean,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return ({ method, url }, response) => {
    const found = method === 'GET' || method === 'HEAD' ? probe(url, isReady) : undefined;
    if (found === undefined) return false;
    response.writeHead(found.status, { ...PROBE_HEADERS, 'content-length': found.text.length });
    response.end(found.text);
    return true;
  };
}
