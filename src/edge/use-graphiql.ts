import type { Plugin } from 'graphql-yoga';
import { type GraphiqlAsset, type GraphiqlAssets, loadGraphiqlAssets } from './graphiql-assets.ts';
import { graphiqlPolicy, printGraphiqlPage } from './graphiql-page.ts';

/** GraphiQL, while it is on, for browsers that open the GraphQL path: page and files, no address outside this gateway. */
export function useGraphiql(path: string, isOn: () => boolean): Plugin {
  let assets: Promise<GraphiqlAssets> | undefined;
  const load = (): Promise<GraphiqlAssets> => (assets ??= loadGraphiqlAssets());
  const folder = `${path.replace(/\/$/, '')}/graphiql/`;
  return {
    onRequest: async (event) => {
      const { request, url } = event;
      if (request.method !== 'GET' || !isOn()) return;
      if (url.pathname.startsWith(folder)) {
        event.endResponse(await serveAsset(request, await load(), url.pathname.slice(folder.length)));
      } else if (url.pathname === path && isBrowser(request)) {
        event.endResponse(servePage(`${folder}${(await load()).version}`, path));
      }
    },
  };
}

/** A page load names HTML before anything else. */
function isBrowser(request: Request): boolean {
  return /^\s*text\/html\b/i.test(request.headers.get('accept') ?? '');
}

function servePage(assets: string, endpoint: string): Response {
  return new Response(printGraphiqlPage({ assets, endpoint }), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': graphiqlPolicy,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}

async function serveAsset(request: Request, { version, files }: GraphiqlAssets, name: string): Promise<Response> {
  const file = name.startsWith(`${version}/`) ? files.get(name.slice(version.length + 1)) : undefined;
  if (file === undefined) return Response.json({ message: 'There is no such file.' }, { status: 404 });
  const { body, encoding } = await encode(file, request.headers.get('accept-encoding') ?? '');
  const etag = `"${version}${encoding === null ? '' : `-${encoding}`}"`;
  const headers = {
    'content-type': file.type,
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
    etag,
    ...(encoding === null ? {} : { 'content-encoding': encoding }),
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const length = { 'content-length': String(body.byteLength) };
  return new Response(new Uint8Array(body), { headers: { ...headers, ...length } });
}

async function encode(
  file: GraphiqlAsset,
  accepted: string,
): Promise<{ body: Buffer; encoding: 'br' | 'gzip' | null }> {
  if (/\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted)) return { body: await file.brotli(), encoding: 'br' };
  if (/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted)) return { body: await file.gzip(), encoding: 'gzip' };
  return { body: file.body, encoding: null };
}
