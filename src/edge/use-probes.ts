import type { Plugin } from 'graphql-yoga';

/** `/health` is 200 while the process lives; `/ready` is 503 while it should get no new requests. */
export function useProbes(isReady: () => boolean): Plugin {
  return {
    onRequest: (event) => {
      if (event.url.pathname === '/health') event.endResponse(probe(200, 'alive'));
      if (event.url.pathname === '/ready') event.endResponse(isReady() ? probe(200, 'ready') : probe(503, 'not ready'));
    },
  };
}

function probe(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' } });
}
