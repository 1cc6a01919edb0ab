import { expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ProblemsError } from '../../src/errors/problem.ts';
import { connectSubgraphs } from '../../src/gateway/connect-subgraph.ts';
import { composeGraph } from '../../src/gateway/load-graph.ts';
import { silentLog } from '../../src/observability/log.ts';
import { json, startTestServer } from '../sources/http/test-server.ts';
import { openTestGateway } from './test-gateway.ts';

it('tells at once of every subgraph that cannot be connected', async () => {
  const graph = await composeGraph([
    { name: 'accounts', kind: 'graphql', schema: [{ name: 'a', text: 'type Query { me: String }' }] },
    {
      name: 'catalog',
      kind: 'auto',
      schema: [{ name: 'c', text: 'type Query { title: String @rest(GET: "/title") }' }],
    },
  ]);
  const config = configSchema.parse({
    graph: { subgraphs: { accounts: { schema: 'a' }, catalog: { schema: 'c' } } },
  });
  const error: unknown = await connectSubgraphs(graph, { config, log: silentLog }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemsError);
  expect((error as ProblemsError).problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'SUBGRAPH_NOT_CONNECTED Subgraph "accounts" has no URL.',
    'URL_MISSING_OR_WRONG "Query.title" is called by @rest, but the URL of its service is missing.',
  ]);
});

it('says which subgraphs of a supergraph from elsewhere cannot be asked in GraphQL, and never what their URLs hold', async () => {
  const { supergraph } = await composeGraph([
    { name: 'billing', kind: 'auto', schema: [{ name: 'b', text: 'type Query { sum: Int }' }], url: 'http://billing' },
    {
      name: 'stock',
      kind: 'auto',
      schema: [{ name: 's', text: 'type Query { stock: Int @request(topic: "stock") }' }],
      url: 'nats://user:secret@stock:1',
    },
    { name: 'code', kind: 'resolvers', schema: [{ name: 'r', text: 'type Query { code: Int }' }] },
  ]);
  const graph = { supergraph, subgraphs: new Map(), hints: [] };
  const config = configSchema.parse({ graph: { supergraph: 'f' } });
  const error: unknown = await connectSubgraphs(graph, { config, log: silentLog }).catch((thrown: unknown) => thrown);
  const { problems } = error as ProblemsError;
  expect(problems.map(({ message, remedy }) => `${message} ${remedy}`)).toEqual([
    expect.stringMatching(/^Subgraph "code" has no URL\. .*supergraph/),
    expect.stringMatching(/^Subgraph "stock" cannot be asked: its URL has the scheme "nats".* supergraph/),
  ]);
  expect(JSON.stringify(problems)).not.toContain('secret');
});

it('hands a bound source the headers that the config has it told of, and no others', async () => {
  const asked: string[] = [];
  const server = await startTestServer(({ path }, response) => {
    asked.push(path);
    json(response, 'an item');
  });
  const sdl = 'type Query { item: String @rest(GET: "/item/{headers.x-tenant}{?headers.x-user}") }';
  const { ask } = await openTestGateway({
    subgraphs: { shop: { sdl, url: server.url } },
    config: { auth: { upstream: { shop: { forward: ['X-Tenant'] } } } },
  });
  await ask('{ item }', {}, { 'x-tenant': 't1', 'x-user': 'u1' });
  expect(asked).toEqual(['/item/t1']);
});
