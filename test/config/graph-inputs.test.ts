import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGraphInputs } from '../../src/config/graph-inputs.ts';
import { readProtoFiles } from '../../src/config/proto-files.ts';
import { printProblem, ProblemsError } from '../../src/errors/problem.ts';
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
        sources: ['search'],
        schema: [...schema, { name: path.join(folder, 'b.graphql'), text: 'type B { b: Int }' }],
      },
      {
        name: 'grpc',
        kind: 'auto',
        url: 'grpc://a:1',
        schema,
        protos: [{ name: 'p.proto', text: 'syntax = "proto3";' }],
      },
      { name: 'code', kind: 'resolvers', schema },
      { name: 'stitched', kind: 'stitched', schema },
    ]);
  });
});

describe('reading protos', () => {
  const names = async (folder: string, roots: readonly string[]) =>
    (await readProtoFiles(roots.map((root) => path.join(folder, root)))).map(({ name }) => name);

  it('brings what they import, once each, under the names in the imports', async () => {
    const folder = await createFolder({
      'shop.proto': 'import "common/money.proto";\nimport public "stock.proto";\nimport "google/protobuf/empty.proto";',
      'stock.proto': '/* import "nothing.proto"; */ // import "nothing.proto";\nimport "common/money.proto";',
      'common/money.proto': 'import weak "currency.proto";',
      'common/currency.proto': '',
    });
    expect(await names(folder, ['shop.proto'])).toEqual([
      'shop.proto',
      'common/money.proto',
      'stock.proto',
      'currency.proto',
    ]);
  });

  it('names one given file as another one imports it', async () => {
    const folder = await createFolder({ 'shop.proto': 'import "common/money.proto";', 'common/money.proto': '' });
    expect(await names(folder, ['common/money.proto', 'shop.proto'])).toEqual(['common/money.proto', 'shop.proto']);
  });

  it('says where an import is that does not exist', async () => {
    const folder = await createFolder({
      'shop.proto': 'syntax = "proto3";\n  import "mony.proto";\nimport "cash.proto";',
    });
    const error = await readProtoFiles([path.join(folder, 'shop.proto')]).catch((thrown: unknown) => thrown);
    expect(error instanceof ProblemsError && error.problems.map(printProblem)).toEqual([
      'shop.proto:2:3  PROTO_IMPORT_MISSING  The imported file "mony.proto" is neither beside this one nor beside the .proto files that are given.',
      'shop.proto:3:1  PROTO_IMPORT_MISSING  The imported file "cash.proto" is neither beside this one nor beside the .proto files that are given.',
    ]);
  });
});
