import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGraphInputs } from '../../src/config/graph-inputs.ts';
import { readProtoFiles } from '../../src/config/proto-files.ts';
import { createFolder, tryConfig } from './config-folder.ts';

describe('reading the inputs of a graph', () => {
  it('gives each subgraph its SDL files, its protos and what its fields are fetched by', async () => {
    const { loaded, folder } = await tryConfig({
      'a.graphql': 'type Query { a: Int }',
      'b.graphql': 'type B { b: Int }',
      'r.js': 'export default {};',
      'p.proto': 'syntax = "proto3";',
      'selvedge.yaml': `graph:
  subgraphs:
    plain: { schema: [a.graphql, b.graphql], url: "http://a", sources: { search: { url: "http://s" } } }
    grpc: { schema: a.graphql, url: "grpc://a:1", proto: p.proto }
    code: { schema: a.graphql, resolvers: r.js }
    stitched: { schema: a.graphql, stitch: { o: { url: "http://o" } } }
`,
    });
    const schema = [{ name: path.join(folder, 'a.graphql'), text: 'type Query { a: Int }' }];
    expect(loaded && (await readGraphInputs(loaded.config))).toEqual([
      {
        name: 'plain',
        kind: 'auto',
        url: 'http://a',
        sources: { search: 'http://s' },
        schema: [...schema, { name: path.join(folder, 'b.graphql'), text: 'type B { b: Int }' }],
      },
      {
        name: 'grpc',
        kind: 'auto',
        url: 'grpc://a:1',
        sources: {},
        schema,
        protos: [{ name: path.join(folder, 'p.proto'), text: 'syntax = "proto3";' }],
      },
      { name: 'code', kind: 'resolvers', schema },
      { name: 'stitched', kind: 'stitched', schema },
    ]);
  });
});

describe('reading protos', () => {
  const names = async (folder: string, roots: readonly string[]) =>
    (await readProtoFiles(roots.map((root) => path.join(folder, root)))).map(({ name }) => path.relative(folder, name));

  it('brings what they import, once each, and leaves out what is only mentioned', async () => {
    const folder = await createFolder({
      'shop.proto': 'import "common/money.proto";\nimport public "stock.proto";\nimport "google/protobuf/empty.proto";',
      'stock.proto': '/* import "old.proto"; */ // import "old.proto";\nimport "common/money.proto";',
      'old.proto': '',
      'common/money.proto': 'import weak "currency.proto";',
      'common/currency.proto': '',
    });
    expect(await names(folder, ['shop.proto'])).toEqual([
      'shop.proto',
      'common/money.proto',
      'stock.proto',
      'common/currency.proto',
    ]);
  });

  it('reads files that import each other once', async () => {
    const folder = await createFolder({ 'a.proto': 'import "b.proto";', 'b.proto': 'import "a.proto";' });
    expect(await names(folder, ['a.proto', 'b.proto'])).toEqual(['a.proto', 'b.proto']);
  });

  it('says which given file is gone', async () => {
    const folder = await createFolder({});
    await expect(readProtoFiles([path.join(folder, 'shop.proto')])).rejects.toThrow(/shop.proto does not exist/);
  });
});
