import { expect, it } from 'vitest';
import { tryConfig } from './config-folder.ts';

it('reports headers that are not to be passed on, where they stand, all at once', async () => {
  const { problems } = await tryConfig({
    'a.graphql': 'type Query { a: Int }',
    'selvedge.yaml': `graph: { subgraphs: { a: { schema: ./a.graphql, url: "http://a" } } }
auth:
  upstream:
    a:
      forward: [Host, Transfer-Encoding, x-ok, "x\\r\\ny"]
      claims: { bad name: sub, Content-Length: n, X-OK: sub }
`,
  });
  expect(problems.map((problem) => problem.split('\n')[0])).toEqual([
    `selvedge.yaml:5:17  HEADER_NOT_FORWARDABLE  The header "Host" is the gateway's own: it belongs to the connection or the body.`,
    `selvedge.yaml:5:23  HEADER_NOT_FORWARDABLE  The header "Transfer-Encoding" is the gateway's own: it belongs to the connection or the body.`,
    `selvedge.yaml:5:48  INVALID_HEADER_NAME  "x\\r\\ny" cannot be the name of a header.`,
    'selvedge.yaml:6:27  INVALID_HEADER_NAME  "bad name" cannot be the name of a header.',
    `selvedge.yaml:6:48  HEADER_NOT_FORWARDABLE  The header "Content-Length" is the gateway's own: it belongs to the connection or the body.`,
    'selvedge.yaml:6:57  HEADER_NAMED_TWICE  The header "X-OK" is named twice.',
  ]);
});
