import type { Plugin } from 'graphql-yoga';

import { probe, PROBE_HEADERS } from './probe.ts';

/** Answers probes that come without a port, or in an uncommon way. */
export function useProbes(isReady: () => boolean): Plugin {
  return {
    onRequest: (event) => {
      const found = probe(event.url.pathname, isReady);
      if (found !== undefined)
        event.endResponse(new Response(found.text, { status: found.status, headers: PROBE_HEADERS }));
    },
  };
}
