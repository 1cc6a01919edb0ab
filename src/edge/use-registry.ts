import type { Plugin } from 'graphql-yoga';

/** Hands everything under `/registry/` to the registry this gateway carries. */
export function useRegistry(answer: (request: Request) => Promise<Response>): Plugin {
  return {
    onRequest: async (event) => {
      if (event.url.pathname.startsWith('/registry/')) event.endResponse(await answer(event.request));
    },
  };
}
