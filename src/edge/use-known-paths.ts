import type { Plugin } from 'graphql-yoga';

/** Ends requests for any other path with 404. */
export function useKnownPaths(paths: readonly string[]): Plugin {
  const known = new Set(paths.flatMap((path) => [path, `${path}/`]));
  return {
    onRequest: (event) => {
      if (!known.has(event.url.pathname))
        event.endResponse(Response.json({ message: 'There is nothing at this path.' }, { status: 404 }));
    },
  };
}
