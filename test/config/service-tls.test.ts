import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryConfig } from './config-folder.ts';

const withTls = (url: string, tls: string) =>
  tryConfig({
    'a.graphql': 'type Query { a: Int }',
    'ca.pem': '',
    'my.pem': '',
    'my.key': '',
    'selvedge.yaml': `graph:
  subgraphs:
    a: { schema: a.graphql, url: "${url}", tls: ${tls} }
`,
  });

describe('the TLS settings of a service', () => {
  it('name files relative to the config', async () => {
    const { loaded, folder } = await withTls('grpcs://a:1', '{ ca: ca.pem, cert: my.pem, key: my.key, serverName: b }');
    expect(loaded?.config.graph.subgraphs?.['a']?.tls).toEqual({
      ca: path.join(folder, 'ca.pem'),
      cert: path.join(folder, 'my.pem'),
      key: path.join(folder, 'my.key'),
      serverName: 'b',
    });
    expect(loaded?.files).toContain(path.join(folder, 'my.key'));
  });

  it('hold for further services, too', async () => {
    const { loaded, folder } = await tryConfig({
      'a.graphql': 'type Query { a: Int }',
      'ca.pem': '',
      'selvedge.yaml':
        'graph: { subgraphs: { a: { schema: a.graphql, url: "grpc://a:1", sources: { b: { url: "grpcs://b:1", tls: { ca: ca.pem } } } } } }',
    });
    expect(loaded?.config.graph.subgraphs?.['a']?.sources?.['b']?.tls).toEqual({ ca: path.join(folder, 'ca.pem') });
  });

  it.each([
    ['grpcs://a:1', '{ cert: my.pem }', 'graph.subgraphs.a.tls has a cert and no key.\n    Give it key, too.'],
    ['grpcs://a:1', '{ key: my.key }', 'graph.subgraphs.a.tls has a key and no cert.\n    Give it cert, too.'],
    ['grpc://a:1', '{ ca: ca.pem }', 'graph.subgraphs.a.tls is for services that are spoken to over TLS'],
    ['http://a:1', '{}', 'graph.subgraphs.a.tls is for services that are spoken to over TLS'],
    ['grpcs://a:1', '{ ca: gone.pem }', 'graph.subgraphs.a.tls.ca: the file gone.pem does not exist.'],
    ['grpcs://a:1', '{ insecure: true }', '"insecure" is not a setting of graph.subgraphs.a.tls.'],
  ])('are refused where they do not go together: %s %s', async (url, tls, message) => {
    expect((await withTls(url, tls)).problems).toEqual([expect.stringContaining(message)]);
  });
});

it.each(['grpc://a:1/stock', 'grpc://user:secret@a:1', 'grpcs://a:1?x=y'])(
  'a gRPC URL is a host and a port: %s',
  async (url) => {
    const { problems } = await tryConfig({
      'a.graphql': 'type Query { a: Int }',
      'selvedge.yaml': `graph: { subgraphs: { a: { schema: a.graphql, url: "${url}" } } }`,
    });
    expect(problems).toEqual([expect.stringContaining('has more than a host and a port')]);
    expect(problems[0]).not.toContain('secret');
  },
);
