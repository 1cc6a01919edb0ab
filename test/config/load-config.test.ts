import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_WEB_SOCKET } from '../../src/config/web-socket.ts';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { ProblemsError } from '../../src/errors/problem.ts';
import { createFolder, tryConfig } from './config-folder.ts';

const schema = { 'a.graphql': 'type Query { a: Int }' };
const graph = 'graph: { subgraphs: { a: { schema: ./a.graphql, url: "http://a" } } }\n';

describe('a config that is right', () => {
  it('gets defaults, milliseconds, bytes and absolute paths', async () => {
    const { loaded, folder } = await tryConfig({
      ...schema,
      'keys.json': '{}',
      'selvedge.yaml': `${graph}traffic: { deadline: 1.5s, all: { timeout: 2m } }
limits: { bodyBytes: 1mib }
auth: { jwt: [{ issuer: i, audience: api, jwks: keys.json }] }
`,
    });
    expect(loaded?.config).toEqual({
      mode: 'production',
      listen: {
        host: '127.0.0.1',
        port: 4000,
        path: '/graphql',
        streams: 10_000,
        unreadBytes: 256_000_000,
        webSocket: DEFAULT_WEB_SOCKET,
      },
      workers: 1,
      graph: { subgraphs: { a: { schema: [path.join(folder, 'a.graphql')], url: 'http://a' } } },
      traffic: { deadline: 1500, all: { timeout: 120_000 } },
      auth: {
        jwt: [
          {
            issuer: 'i',
            audience: ['api'],
            algorithms: ['RS256', 'ES256', 'EdDSA', 'PS256'],
            jwks: path.join(folder, 'keys.json'),
          },
        ],
      },
      limits: { ...DEFAULT_LIMITS, bodyBytes: 1_048_576 },
    });
    expect(loaded?.files).toEqual(['selvedge.yaml', 'a.graphql', 'keys.json'].map((file) => path.join(folder, file)));
  });

  it('is the same written as JSON', async () => {
    const { loaded } = await tryConfig({
      ...schema,
      'selvedge.yaml': '{ "graph": { "subgraphs": { "a": { "schema": ["a.graphql"], "url": "memory:" } } } }',
    });
    expect(loaded?.config.graph.subgraphs?.['a']?.url).toBe('memory:');
  });

  it('is the same exported by a module', async () => {
    const { loaded, problems } = await tryConfig(
      {
        ...schema,
        'selvedge.config.ts': `const port = 4100;
export default { listen: { port }, graph: { subgraphs: { a: { schema: 'a.graphql', url: 'http://a' } } } };`,
      },
      { file: 'selvedge.config.ts' },
    );
    expect(problems).toEqual([]);
    expect(loaded?.config.listen.port).toBe(4100);
  });

  it('takes a key without a value as absent', async () => {
    const { loaded } = await tryConfig({ ...schema, 'selvedge.yaml': `${graph}auth:\ntraffic:\n  all:\n` });
    expect(loaded?.config.traffic).toEqual({ deadline: 30_000 });
  });

  it('keeps what the command line says against the file', async () => {
    const folder = await createFolder({ 'supergraph.graphql': 'schema' });
    const supergraph = path.join(folder, 'supergraph.graphql');
    const { loaded } = await tryConfig(
      { 'selvedge.yaml': 'listen: { port: 1, path: /api }\ngraph: { subgraphs: { a: { schema: gone.graphql } } }' },
      { overrides: { port: 0, mode: 'development', supergraph } },
    );
    expect(loaded?.config).toMatchObject({
      mode: 'development',
      listen: { port: 0, path: '/api' },
      graph: { supergraph },
    });
    expect(loaded?.config.graph.subgraphs).toBeUndefined();
  });

  it('takes its mode from SELVEDGE_MODE before the file, and from an override before that', async () => {
    const files = { ...schema, 'selvedge.yaml': `${graph}mode: production\n` };
    const env = { SELVEDGE_MODE: 'development' };
    expect((await tryConfig(files, { env })).loaded?.config.mode).toBe('development');
    const overrides = { mode: 'production' } as const;
    expect((await tryConfig(files, { env, overrides })).loaded?.config.mode).toBe('production');
    expect((await tryConfig(files, { env: { SELVEDGE_MODE: 'prod' } })).problems).toEqual([
      'CONFIG_INVALID_VALUE  SELVEDGE_MODE: expected production or development, found "prod".',
    ]);
  });
});

describe('${ENV}', () => {
  it('is replaced in values, in block and in flow style, as part of a text and with a default', async () => {
    const { loaded, problems } = await tryConfig(
      {
        ...schema,
        'selvedge.yaml': `listen: { port: \${PORT:-4711}, host: \${HOST} } # \${COMMENT}
introspection: \${INTROSPECTION}
graph:
  subgraphs:
    a: { schema: ./\${FILE}.graphql, url: \${A_URL:-mqtt://127.0.0.1:4104} }
  registry: { store: "sqlite::memory:", token: \${TOKEN} }
`,
      },
      { env: { HOST: '0.0.0.0', FILE: 'a', TOKEN: '1234567890123456', A_URL: '', INTROSPECTION: 'true' } },
    );
    expect(problems).toEqual([]);
    expect(loaded?.config).toMatchObject({
      introspection: true,
      listen: { port: 4711, host: '0.0.0.0' },
      graph: { subgraphs: { a: { url: 'mqtt://127.0.0.1:4104' } }, registry: { token: '1234567890123456' } },
    });
  });

  it('is a problem with its place when it is not set or is no reference', async () => {
    const { problems } = await tryConfig({
      ...schema,
      'selvedge.yaml': `${graph}listen:\n  host: \${NO_HOST}\n  path: /\${a b}\n`,
    });
    expect(problems).toEqual([
      'selvedge.yaml:3:9  CONFIG_ENV_MISSING  The environment variable NO_HOST is not set.\n    Set it, or give a default: ${NO_HOST:-default}.',
      'selvedge.yaml:4:9  CONFIG_ENV_MALFORMED  ${a b} names no environment variable: expected ${NAME} or ${NAME:-default}.\n    For the literal text, write $${ instead of ${.',
    ]);
  });

  it.each([
    ['graph: { subgraphs: { a: { schema: a.graphql, url: "${FOO" } } }', '1:52', '${FOO'],
    ["graph: { subgraphs: { a: { schema: a.graphql, url: '${FOO:-x' } } }", '1:52', '${FOO:-x'],
    ['graph: { subgraphs: { a: { schema: a.graphql, url: ${FOO } } }', '1:52', '${FOO }'],
    ['graph: { subgraphs: { a: { schema: a.graphql, url: ${FOO, proto: p } } }', '1:52', '${FOO, proto: p }'],
    ['graph:\n  subgraphs:\n    a:\n      schema: a.graphql\n      url: ${FOO', '5:12', '${FOO'],
  ])('is a problem, and the only one, where a brace is missing: %s', async (text, place, found) => {
    const { problems } = await tryConfig({ ...schema, 'selvedge.yaml': `${text}\n` }, { env: { FOO: 'http://foo' } });
    expect(problems.map((problem) => problem.split(':')[0] === 'selvedge.yaml' && problem.split('\n')[0])).toEqual([
      expect.stringMatching(new RegExp(`^selvedge\\.yaml:${place}  CONFIG_ENV_MALFORMED`)),
    ]);
    expect(problems[0]).toContain(`${found} names no environment variable`);
  });

  it('may have a default with quotes in it', async () => {
    const { loaded } = await tryConfig({
      ...schema,
      'selvedge.yaml': `${graph}auth: { upstream: { a: { claims: { x-a: "\${A:-it's}" } } } }\n`,
    });
    expect(loaded?.config.auth.upstream?.['a']?.claims).toEqual({ 'x-a': "it's" });
  });

  it('is not replaced in keys or where it is escaped, and cannot bring in YAML', async () => {
    const { loaded } = await tryConfig(
      {
        ...schema,
        'selvedge.yaml': `graph: { subgraphs: { a: { schema: ./a.graphql, url: "http://a" } }, overrides: { x-$\${A}: 5% } }
auth: { upstream: { a: { claims: { x-a: "$\${A}", x-b: \${B} } } } }\n`,
      },
      { env: { B: '1, y: 2 } # "', A: 'no' } },
    );
    expect(loaded?.config.auth.upstream?.['a']?.claims).toEqual({ 'x-a': '${A}', 'x-b': '1, y: 2 } # "' });
    expect(loaded?.config.graph.overrides).toEqual({ 'x-$${A}': 5 });
  });

  it('never shows a value that came out of the environment', async () => {
    const { problems } = await tryConfig(
      { ...schema, 'selvedge.yaml': `${graph}mode: \${MODE}\n` },
      { env: { MODE: 'hunter2' } },
    );
    expect(problems).toEqual([
      'selvedge.yaml:2:7  CONFIG_INVALID_VALUE  mode: expected one of production, development, found a text that is none.',
    ]);
  });
});

describe('a config that is wrong', () => {
  it('shows a name that a subgraph cannot have', async () => {
    const text = 'graph: { subgraphs: { a b: { schema: a.graphql, url: "http://a" } } }';
    expect((await tryConfig({ ...schema, 'selvedge.yaml': text })).problems).toEqual([
      expect.stringContaining('that begins with a letter, found "a b".'),
    ]);
  });

  it.each(['mysql:x', './selvedge.db', 'sqlite:'])('has the store %s', async (store) => {
    const registry = `graph: { registry: { store: "${store}", token: "1234567890123456" } }`;
    expect((await tryConfig({ 'selvedge.yaml': registry })).problems).toEqual([
      'selvedge.yaml:1:29  CONFIG_INVALID_VALUE  graph.registry.store: expected sqlite: and a file.\n    Write sqlite:./selvedge.db, or sqlite::memory: to keep nothing.',
    ]);
  });

  it('is told of everything at once, each with line and column', async () => {
    const { problems } = await tryConfig({
      ...schema,
      'selvedge.yaml': `moed: production
listen:
  prot: 4000
  port: eighty
graph:
  subgraphs:
    a: { shema: ./a.graphql, url: "http://a" }
    b: { schema: [./a.graphql, ./gone.graphql], url: "http://b" }
    c: { schema: ./a.graphql, url: "ftp://c" }
traffic:
  all: { timeout: 5 seconds }
  subgraphs: { bb: { timeout: 1s }, a: { timeout: 1s } }
`,
    });
    expect(problems).toEqual([
      'selvedge.yaml:1:1  CONFIG_UNKNOWN_KEY  "moed" is not a setting.\n    Did you mean "mode"?',
      'selvedge.yaml:3:3  CONFIG_UNKNOWN_KEY  "prot" is not a setting of listen.\n    Did you mean "port"?',
      'selvedge.yaml:4:9  CONFIG_INVALID_VALUE  listen.port: expected a number, found text.',
      'selvedge.yaml:7:5  CONFIG_MISSING_KEY  "schema" is missing in graph.subgraphs.a: expected a path or a list of paths.',
      'selvedge.yaml:7:10  CONFIG_UNKNOWN_KEY  "shema" is not a setting of graph.subgraphs.a.\n    Did you mean "schema"?',
      'selvedge.yaml:8:32  CONFIG_FILE_UNREADABLE  graph.subgraphs.b.schema.1: the file gone.graphql does not exist.',
      'selvedge.yaml:9:36  CONFIG_INVALID_VALUE  graph.subgraphs.c.url has the scheme "ftp", and one of http, https, grpc, grpcs, lambda, memory, mqtt, mqtts, nats, tls, amqp, amqps, redis, rediss, kafka, kafkas is expected.',
      'selvedge.yaml:11:19  CONFIG_INVALID_VALUE  traffic.all.timeout: expected a duration like 250ms, 10s, 2m or 1h, found a text that is none.',
      'selvedge.yaml:12:20  CONFIG_CONTRADICTION  graph.subgraphs has no "bb", which traffic.subgraphs names.\n    Did you mean "b"?',
    ]);
  });

  it.each([
    ['a: [1, 2\nb: 3\n', 'selvedge.yaml:2:1'],
    ['mode: production\nmode: development\n', 'selvedge.yaml:2:1'],
    ['mode: "production\n', 'selvedge.yaml:2:1'],
    ['graph:\n  subgraphs:\n   a: 1\n  b: 2\n c: 3\n', 'selvedge.yaml:5:1'],
  ])('shows where %j stops being YAML', async (text, place) => {
    const { problems } = await tryConfig({ 'selvedge.yaml': text });
    expect(problems[0]).toMatch(new RegExp(`^${place}  CONFIG_SYNTAX  Not valid YAML: `));
  });

  it.each([
    ['', 'selvedge.yaml:1:1  CONFIG_MISSING_KEY  "graph" is missing: expected a mapping.'],
    ['- graph', 'selvedge.yaml:1:1  CONFIG_INVALID_VALUE  The config: expected a mapping, found a list.'],
    [
      'routes: []\ngraph: { supergraph: a.graphql }',
      /^selvedge.yaml:1:1 {2}CONFIG_UNKNOWN_KEY {2}"routes" is not a setting/,
    ],
    [
      'graph: {}',
      'selvedge.yaml:1:8  CONFIG_CONTRADICTION  graph names nothing to serve.\n    Give it subgraphs, a supergraph or a registry.',
    ],
    [
      'graph: { subgraphs: { 1a: { schema: a.graphql, url: "http://a" } } }',
      /^selvedge.yaml:1:23 {2}CONFIG_INVALID_VALUE .* expected a name of letters/,
    ],
    [
      `${graph}auth: { upstream: { b: { forward: [authorization] } } }`,
      /^selvedge.yaml:2:24 .*graph.subgraphs has no "b", which auth.upstream names/,
    ],
    [
      `${graph}auth: { jwt: [{ issuer: i, audience: a, algorithms: [HS256], jwks: a.graphql }] }`,
      /^selvedge.yaml:2:54 .*expected one of RS256, .*, found "HS256".\n {4}Tokens signed with a shared secret/,
    ],
    [
      `${graph}auth: { jwt: [{ issuer: i, audience: a, jwks: a.graphql }, { issuer: i, audience: b, jwks: a.graphql }] }`,
      /The issuer "i" is there twice/,
    ],
    [`${graph}listen: { path: /health }`, /^selvedge.yaml:2:17 .*\/health is an address of the gateway itself/],
    [
      `${graph}listen: { port: 70000 }`,
      'selvedge.yaml:2:17  CONFIG_INVALID_VALUE  listen.port: expected a port from 0 to 65535, found 70000.',
    ],
    [`${graph}limits: { bodyBytes: 0 }`, /expected a size like 512kb/],
  ])('says what is wrong with %j', async (text, problem) => {
    const { problems } = await tryConfig({ ...schema, 'selvedge.yaml': text });
    expect(problems).toHaveLength(1);
    if (typeof problem === 'string') expect(problems[0]).toBe(problem);
    else expect(problems[0]).toMatch(problem);
  });

  it.each([
    ['schema: a.graphql', 'Nothing says where the fields of "s" come from.'],
    ['schema: a.graphql, url: "http://s", stitch: { o: { url: "http://o" } }', '"s" has both stitch and url.'],
    ['schema: a.graphql, resolvers: a.graphql, proto: a.graphql', '"s" has both resolvers and proto.'],
    [
      'schema: a.graphql, resolvers: a.graphql, stitch: { o: { url: "http://o" } }',
      '"s" has both stitch and resolvers.',
    ],
    ['schema: a.graphql, stitch: {}', 'stitch of "s" names no service.'],
    [
      'schema: a.graphql, stitch: { o: { url: "grpc://o" } }',
      'stitch.o.url has the scheme "grpc", and one of http, https is expected.',
    ],
    ['schema: a.graphql, url: catalog.internal', 'is not a URL'],
    ['schema: a.graphql, url: "http://"', 'is not a URL'],
    [
      'schema: a.graphql, url: "http://a", sources: { b: { url: "http://b", reflection: true } }',
      'sources.b.reflection: there is no grpc:',
    ],
    [
      'schema: a.graphql, url: "grpc://a", reflection: a.binpb, sources: { b: { url: "grpc://b", reflection: a.binpb } }',
      'names the file where graph.subgraphs.s.reflection is kept',
    ],
    ['schema: a.graphql, url: "lambda://r", aws: { accessKeyId: K }', 'aws of "s" has a part of credentials'],
    ['schema: a.graphql, url: "lambda://r", aws: { secretAccessKey: K }', 'aws of "s" has a part of credentials'],
    [
      'schema: a.graphql, url: "lambda://r", aws: { accessKeyId: K, secretAccessKey: S, profile: p }',
      'has both a profile',
    ],
  ])('refuses a subgraph with { %s }', async (text, message) => {
    const { problems } = await tryConfig({ ...schema, 'selvedge.yaml': `graph: { subgraphs: { s: { ${text} } } }` });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it('refuses several origins of the graph', async () => {
    const { problems } = await tryConfig({
      ...schema,
      'selvedge.yaml': `graph:
  subgraphs: { a: { schema: a.graphql, url: "http://a" } }
  supergraph: a.graphql
  registry: { store: "postgres://db/x", token: short }
`,
    });
    expect(problems.map((problem) => problem.split('\n')[0])).toEqual([
      'selvedge.yaml:3:15  CONFIG_CONTRADICTION  graph has both subgraphs and a supergraph, and can be served from one of them only.',
      'selvedge.yaml:4:48  CONFIG_INVALID_VALUE  graph.registry.token: expected a token of at least 16 characters, found a shorter text.',
    ]);
  });

  it.each([
    ['selvedge.yaml', {}, 'There is no such file.'],
    ['selvedge.config.ts', { 'selvedge.config.ts': 'export const a = 1;' }, 'The module has no default export.'],
    ['selvedge.config.ts', { 'selvedge.config.ts': 'throw new Error("oh no");' }, 'oh no'],
    ['folder', { 'folder/a.txt': '' }, 'This is a directory'],
  ])('says so when %s is not one (%o)', async (file, files, message) => {
    const { problems } = await tryConfig(files, { file });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${file}:1:[17]  CONFIG_UNREADABLE`));
    expect(problems[0]).toContain(message);
  });
});

describe('a config that a program gives', () => {
  it('is checked by the same rules', async () => {
    const folder = await createFolder(schema);
    const subgraphs = { a: { schema: 'a.graphql', url: 'http://a' } };
    const { config } = await parseConfig({ graph: { subgraphs } }, { base: folder });
    expect(config.graph.subgraphs?.['a']?.schema).toEqual([path.join(folder, 'a.graphql')]);
    await expect(parseConfig({ graph: { subgraphs }, listen: { port: -1 } }, { base: folder })).rejects.toThrow(
      ProblemsError,
    );
  });
});
