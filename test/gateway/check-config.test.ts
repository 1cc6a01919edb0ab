import path from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { printProblem, ProblemsError } from '../../src/errors/problem.ts';
import { checkConfig } from '../../src/gateway/check-config.ts';
import { createFolder } from '../cli/command.ts';

const publicKey = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'a' };

async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await createFolder(files);
  const { config } = await loadConfig(path.join(folder, 'selvedge.yaml'), { env: {} });
  const error: unknown = await checkConfig(config).catch((thrown: unknown) => thrown);
  if (error === undefined) return [];
  if (!(error instanceof ProblemsError)) throw error;
  return error.problems.map((problem) => printProblem(problem).replaceAll(`${folder}/`, ''));
}

it('finds in what a config names all that would keep it from being served, and asks no service', async () => {
  const files = {
    'plain.graphql': 'type Query { plain: Int }',
    'rest.graphql':
      'extend schema @source(name: "search")\ntype Query { rest: Int @rest(GET: "/a") found: Int @rest(GET: "/b", source: "search") }',
    'secret.json': JSON.stringify({ keys: [publicKey, { kty: 'oct', k: 'c2VjcmV0' }] }),
    'broken.json': '{',
    'right.json': JSON.stringify({ keys: [publicKey] }),
    'selvedge.yaml': `graph:
  subgraphs:
    plain: { schema: plain.graphql, url: "nats://user:password@127.0.0.1:1" }
    rest: { schema: rest.graphql, url: "grpc://127.0.0.1:1", sources: { search: { url: "memory:" } } }
auth:
  jwt:
    - { issuer: a, audience: x, jwks: secret.json }
    - { issuer: b, audience: x, jwks: broken.json }
    - { issuer: c, audience: x, jwks: right.json }
`,
  };
  const http = 'in the gateway\'s config (or publish with --url) to a URL that begins with "http:" or "https:".';
  expect(await problemsOf(files)).toEqual([
    expect.stringMatching(/^secret\.json:1:1 {2}KEY_SET_UNREADABLE .*"oct" is a secret/),
    expect.stringMatching(/^broken\.json:1:1 {2}KEY_SET_UNREADABLE .*JSON/),
    expect.stringMatching(
      /^URL_MISSING_OR_WRONG {2}Subgraph "plain" calls nothing by a directive, so it is asked in GraphQL, but its URL has the scheme "nats"/,
    ),
    `rest.graphql:2:24  URL_MISSING_OR_WRONG  "Query.rest" is called by @rest, but the URL of its service has the scheme "grpc", and one of http, https is expected.\n    Set graph.subgraphs.rest.url ${http}`,
    `rest.graphql:2:52  URL_MISSING_OR_WRONG  "Query.found" is called by @rest, but the URL of its service has the scheme "memory", and one of http, https is expected.\n    Set graph.subgraphs.rest.sources.search.url ${http}`,
  ]);
});

it('finds further services that have no URL', async () => {
  const config = 'graph: { subgraphs: { a: { schema: a.graphql, url: "http://127.0.0.1:1" } } }';
  const sdl = 'extend schema @source(name: "search")\ntype Query { a: Int @rest(GET: "/a", source: "search") }';
  expect(await problemsOf({ 'selvedge.yaml': config, 'a.graphql': sdl })).toEqual([
    expect.stringMatching(/^a\.graphql:1:15 {2}SOURCE_UNKNOWN {2}The source "search" has no URL/),
  ]);
});

it('finds certificates that cannot be used', async () => {
  const config =
    'graph: { subgraphs: { a: { schema: a.graphql, url: "grpcs://127.0.0.1:1", tls: { cert: c.pem, key: k.pem } } } }';
  const sdl = 'type Query { a: Int @rest(GET: "/a", source: "search") }\nextend schema @source(name: "search")';
  const files = { 'selvedge.yaml': config, 'a.graphql': sdl, 'c.pem': 'no certificate', 'k.pem': 'no key' };
  expect(await problemsOf(files)).toContainEqual(
    expect.stringMatching(/^c\.pem:1:1, k\.pem:1:1 {2}TLS_UNUSABLE {2}The certificates of "a" cannot be used: .*PEM/i),
  );
});
