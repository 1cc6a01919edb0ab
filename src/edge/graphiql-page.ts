/** Scripts, styles and connections from this gateway alone; inline styles and data URLs are the editor's. */
export const graphiqlPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'font-src data:',
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const DEFAULT_QUERY = `# Selvedge: one GraphQL endpoint over many services.
#
# Ctrl-Space completes, Ctrl-Enter runs. The book at the left shows the whole schema.
# A token goes into the "Headers" tab below: { "authorization": "Bearer …" }

query WhatCanIAsk {
  __schema {
    queryType {
      fields {
        name
        description
      }
    }
  }
}
`;

/** Three threads and the edge they make. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#23395b"/>' +
      '<path d="M3 4h10M3 8h10M3 12h10" stroke="#f4f1de" stroke-width="1.6"/>' +
      '<path d="M5.5 2.5v11" stroke="#e07a5f" stroke-width="2.2"/></svg>',
  );

/** The page around GraphiQL; `assets` is the address below which its files are, `endpoint` where it sends operations. */
export function printGraphiqlPage({
  assets,
  endpoint,
}: {
  readonly assets: string;
  readonly endpoint: string;
}): string {
  const settings = {
    workers: {
      editorWorkerService: `${assets}/editor.worker.js`,
      json: `${assets}/json.worker.js`,
      graphql: `${assets}/graphql.worker.js`,
    },
    options: {
      title: 'Selvedge',
      endpoint,
      defaultQuery: DEFAULT_QUERY,
      headerEditorEnabled: true,
      shouldPersistHeaders: false,
      subscriptionsProtocol: 'SSE',
    },
  };
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Selvedge</title>
    <link rel="icon" href="${ICON}">
    <link rel="stylesheet" href="${assets}/app.css">
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script id="settings" type="application/json">${JSON.stringify(settings).replaceAll('<', '\\u003c')}</script>
    <script src="${assets}/app.js"></script>
  </body>
</html>
`;
}
