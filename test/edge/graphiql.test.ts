import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { testEdge } from './test-edge.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

function browse(options: Parameters<typeof testEdge>[0] = { graphiql: () => true }) {
  const { edge } = testEdge(options);
  return (target: string, headers: Record<string, string> = BROWSER) =>
    edge.fetch(new Request(`http://gateway${target}`, { headers }));
}

/** The addresses that the page's own tags and settings name. */
async function addresses(get: ReturnType<typeof browse>, page = '/graphql') {
  const html = await (await get(page)).text();
  return [...html.matchAll(/(?:href|src)="([^"]+)"|"([^"]+\.worker\.js)"/g)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((address) => !address.startsWith('data:'));
}

describe('GraphiQL', () => {
  it('is what a browser sees at the GraphQL path', async () => {
    const response = await browse()('/graphql?query=%7B%20a%20%7D');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('<title>Selvedge</title>');
  });

  it('does not stand in the way of clients', async () => {
    const get = browse();
    expect(
      (await get('/graphql?query={greeting}', { accept: 'application/json, text/html;q=0.1' })).headers.get(
        'content-type',
      ),
    ).toBe('application/json; charset=utf-8');
    expect((await get('/graphql?query={greeting}', {})).headers.get('content-type')).toBe(
      'application/json; charset=utf-8',
    );
  });

  it('is not there when it is off', async () => {
    const get = browse({ graphiql: () => false });
    expect((await get('/graphql')).status).toBe(400);
    expect((await get('/graphql/graphiql/x/app.js')).status).toBe(404);
  });

  it('comes whole from the gateway: every file the page names is served, none from elsewhere', async () => {
    const get = browse();
    const files = await addresses(get);
    expect(files.map((file) => file.split('/').at(-1))).toEqual([
      'app.css',
      'editor.worker.js',
      'json.worker.js',
      'graphql.worker.js',
      'app.js',
    ]);
    for (const file of files) {
      expect(file).toMatch(/^\/graphql\/graphiql\//);
      expect((await get(file)).status).toBe(200);
    }
    const css = await (await get(files[0] ?? '')).text();
    expect([...css.matchAll(/url\((?!data:|#)[^)]*\)|@import[^;]*/g)].map(String)).toEqual([]);
  });

  it('lets nothing be loaded or sent elsewhere', async () => {
    const policy = (await browse()('/graphql')).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
  });

  it('follows the path it is configured at', async () => {
    const get = browse({ graphiql: () => true, path: '/api/graph' });
    const [css] = await addresses(get, '/api/graph');
    expect(css).toMatch(/^\/api\/graph\/graphiql\/[\w-]+\/app\.css$/);
    expect((await get(css ?? '')).status).toBe(200);
  });

  it('is compressed as the browser likes, and kept', async () => {
    const get = browse();
    const [css = ''] = await addresses(get);
    const plain = await get(css, {});
    const text = await plain.text();
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const brotli = await get(css, { 'accept-encoding': 'gzip, deflate, br' });
    expect(brotli.headers.get('content-encoding')).toBe('br');
    expect(brotliDecompressSync(await brotli.bytes()).toString()).toBe(text);
    const zipped = await get(css, { 'accept-encoding': 'gzip, br;q=0' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(await zipped.bytes()).toString()).toBe(text);
    const again = await get(css, { 'accept-encoding': 'br', 'if-none-match': brotli.headers.get('etag') ?? '' });
    expect({ status: again.status, body: await again.text() }).toEqual({ status: 304, body: '' });
  });

  it.each(['/graphql/graphiql/', '/graphql/graphiql/old/app.js', '/graphql/graphiql/..%2fapp.js'])(
    'has nothing at %s',
    async (path) => {
      expect((await browse()(path)).status).toBe(404);
    },
  );
});
