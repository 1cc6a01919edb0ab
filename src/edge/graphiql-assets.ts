import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type GraphiqlAsset = {
  readonly type: string;
  readonly body: Buffer;
  readonly brotli: () => Promise<Buffer>;
  readonly gzip: () => Promise<Buffer>;
};

/** GraphiQL's files, by name. Their content decides `version`, so an address with it in may be cached for ever. */
export type GraphiqlAssets = { readonly version: string; readonly files: ReadonlyMap<string, GraphiqlAsset> };

const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** Run around the bundle: Monaco looks for its workers before, the page's options are read after. */
const PRELUDE = `const settings = JSON.parse(document.getElementById('settings').textContent);
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => settings.workers[label] };
`;
const EPILOGUE = `
YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), settings.options);
`;

/** Nine megabytes of JavaScript, so they are loaded when a browser first asks, and compressed once for all. */
export async function loadGraphiqlAssets(): Promise<GraphiqlAssets> {
  const bundle = await import('@graphql-yoga/render-graphiql/graphiql');
  const texts: readonly (readonly [name: string, type: string, text: string])[] = [
    ['app.js', JAVASCRIPT, PRELUDE + bundle.js + EPILOGUE],
    ['app.css', 'text/css; charset=utf-8', bundle.css],
    ['editor.worker.js', JAVASCRIPT, bundle.editorWorkerService],
    ['json.worker.js', JAVASCRIPT, bundle.jsonWorker],
    ['graphql.worker.js', JAVASCRIPT, bundle.graphqlWorker],
  ];
  const hash = createHash('sha256');
  const files = new Map<string, GraphiqlAsset>();
  for (const [name, type, text] of texts) {
    const body = Buffer.from(text);
    hash.update(body);
    files.set(name, { type, body, brotli: once(() => toBrotli(body)), gzip: once(() => toGzip(body)) });
  }
  return { version: hash.digest('base64url').slice(0, 16), files };
}

// Quality 5 compresses the bundle in a third of a second to what takes gzip as long and a fifth more bytes.
const toBrotli = (body: Buffer): Promise<Buffer> =>
  promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
const toGzip = (body: Buffer): Promise<Buffer> => promisify(gzip)(body);

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
