import type { Plugin } from 'graphql-yoga';

/** Ends requests for any other path than that of GraphQL with 404, and says which there are. `others` are served elsewhere. */
export function useKnownPaths(path: string, others: readonly string[]): Plugin {
  const known = new Set([path, `${path}/`]);
  const message = `There is nothing at this path. GraphQL is served at ${path}; there are also ${others.join(' and ')}.`;
  return {
    onRequest: (event) => {
      if (!known.has(event.url.pathname)) event.endResponse(Response.json({ message }, { status: 404 }));
    },
  };
}
