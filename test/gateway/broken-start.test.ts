import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createFolder, runCommand } from '../cli/command.ts';
import { stockProto } from './grpc-service.ts';

type Files = Readonly<Record<string, string>>;

const one = (sdl: string, rest = ''): Files => ({
  'selvedge.yaml': `listen: { port: 0 }\ngraph:\n  subgraphs:\n    items: { schema: items.graphql, url: "http://127.0.0.1:1"${rest} }\n`,
  'items.graphql': sdl,
});

const two = (left: string, right: string): Files => ({
  'selvedge.yaml': `listen: { port: 0 }
graph:
  subgraphs:
    left: { schema: left.graphql, url: "http://127.0.0.1:1" }
    right: { schema: right.graphql, url: "http://127.0.0.1:1" }
`,
  'left.graphql': left,
  'right.graphql': right,
});

const grpc = (...methods: readonly string[]): Files => ({
  'items.graphql': [
    'type Query {',
    ...methods.map((method, index) => `  item${index}(sku: ID!): Item @grpc(method: "${method}")`),
    '}',
    'type Item { name: String }',
  ].join('\n'),
  'selvedge.yaml':
    'graph: { subgraphs: { items: { schema: items.graphql, url: "grpc://127.0.0.1:1", proto: stock.proto } } }\n',
  'stock.proto': stockProto,
});

/** What is wrong, and all that is said of it. */
const cases: Readonly<Record<string, readonly [Files, readonly RegExp[]]>> = {
  'a schema with a syntax error': [
    one('type Query {\n  item: String\n  other: Strin!!\n}\n'),
    [/^items\.graphql:3:16 {2}[A-Z_]+ {2}.*!/m],
  ],
  'everything that is wrong with a schema at once': [
    one(`type Query {
  item: Itm
  other: String @rest(GET: "/other", selct: "name")
  third: String @rets(GET: "/third")
  fourth: String @hedge(afterMs: 10)
}
`),
    [
      /^items\.graphql:2:9 {2}[A-Z_]+ {2}.*Itm/m,
      /^items\.graphql:3:\d+ {2}[A-Z_]+ {2}.*selct/m,
      /"select"/,
      /^items\.graphql:4:17 {2}[A-Z_]+ {2}.*@rets/m,
      /@rest/,
      /^items\.graphql:5:18 {2}[A-Z_]+ {2}.*@hedge/m,
    ],
  ],
  'two subgraphs that contradict each other': [
    two(
      'type Query { a: Int }\ntype Item @key(fields: "id") {\n  id: ID!\n  name: String! @shareable\n}\n',
      'type Query { b: Int }\ntype Item @key(fields: "id") {\n  id: ID!\n  name: Int! @shareable\n}\n',
    ),
    [/(?=.*left\.graphql:4:3)(?=.*right\.graphql:4:3).* {2}FIELD_TYPE_MISMATCH {2}.*Item\.name.*\n {4}\S/m],
  ],
  'a config with misspelt keys and files that are not there': [
    {
      'selvedge.yaml': `moed: development
listen: { prot: 1 }
graph: { subgraphs: { items: { schema: items.graphql, url: "http://127.0.0.1:1" } } }
auth: { jwt: [{ issuer: a, audience: b, jwks: keys.json }] }
`,
    },
    [
      /^selvedge\.yaml:1:1 {2}CONFIG_UNKNOWN_KEY {2}"moed" is not a setting\.\n {4}Did you mean "mode"\?$/m,
      /^selvedge\.yaml:2:11 {2}CONFIG_UNKNOWN_KEY {2}"prot" is not a setting of listen\.\n {4}Did you mean "port"\?$/m,
      /^selvedge\.yaml:3:\d+ {2}CONFIG_FILE_UNREADABLE {2}.*items\.graphql does not exist/m,
      /^selvedge\.yaml:4:\d+ {2}CONFIG_FILE_UNREADABLE {2}.*keys\.json does not exist/m,
    ],
  ],
  'a config that is no YAML': [
    { ...one('type Query { a: Int }'), 'selvedge.yaml': 'graph: { subgraphs: [\n' },
    [/^selvedge\.yaml:\d+:\d+ {2}CONFIG_[A-Z_]+ {2}/m],
  ],
  'a .proto without the method, and without the service': [
    grpc('stock.Stock/Gett', 'stock.Shelf/Get'),
    [/^items\.graphql:2:\d+ {2}[A-Z_]+ {2}.*Gett/m, /^items\.graphql:3:\d+ {2}[A-Z_]+ {2}.*stock\.Shelf/m],
  ],
  'a .proto with a syntax error': [
    { ...grpc('stock.Stock/Get'), 'stock.proto': 'syntax = "proto3";\nmessage {' },
    [/^stock\.proto:2:\d+ {2}[A-Z_]+ {2}/m],
  ],
  'resolvers that do not fit their schema': [
    {
      'selvedge.yaml': 'graph: { subgraphs: { items: { schema: items.graphql, resolvers: items.js } } }\n',
      'items.graphql': 'type Query {\n  item: String\n}\n',
      'items.js': 'export default { Query: { itm: () => 1 } };\n',
    },
    [/itm/],
  ],
  'resolvers that do not load': [
    {
      'selvedge.yaml': 'graph: { subgraphs: { items: { schema: items.graphql, resolvers: items.js } } }\n',
      'items.graphql': 'type Query {\n  item: String\n}\n',
      'items.js': 'export default { Query: { item: () => 1 };\n',
    },
    [/items\.js/],
  ],
  'a key set that holds no keys': [
    {
      ...one('type Query { item: Int }'),
      'selvedge.yaml': `${one('')['selvedge.yaml']}auth: { jwt: [{ issuer: a, audience: b, jwks: keys.json }] }\n`,
      'keys.json': '{ "kees": [] }',
    },
    [/keys\.json/],
  ],
  'a registry whose store is something else': [
    {
      ...one('type Query { item: Int }'),
      'selvedge.yaml': 'graph: { registry: { store: "sqlite:./items.graphql", token: a-token-for-the-tests } }\n',
    },
    [/items\.graphql/],
  ],
};

describe('selvedge serve', () => {
  it.each(Object.entries(cases))('explains %s, exits 1 and leaves nothing', async (_, [files, said]) => {
    const cwd = await createFolder(files);
    const { code, stdout, stderr } = await runCommand(['serve', '--port', '0'], { cwd });
    expect(stderr.replaceAll(`${cwd}/`, '')).toSatisfy((text: string) => said.every((one) => one.test(text)), stderr);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at |node_modules|Unexpected error|src\/|\[object|undefined/m);
    expect((await readdir(cwd)).toSorted()).toEqual(Object.keys(files).toSorted());
  });
});
