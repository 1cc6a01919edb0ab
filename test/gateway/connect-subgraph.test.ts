import { expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ProblemsError } from '../../src/errors/problem.ts';
import { connectSubgraphs } from '../../src/gateway/connect-subgraph.ts';
import { composeGraph } from '../../src/gateway/load-graph.ts';
import { silentLog } from '../../src/observability/log.ts';

it('tells at once of every subgraph that cannot be connected, and of what may not be passed on to one', async () => {
  const graph = composeGraph([
    { name: 'accounts', kind: 'graphql', schema: [{ name: 'a', text: 'type Query { me: String }' }] },
    {
      name: 'billing',
      kind: 'graphql',
      schema: [{ name: 'b', text: 'type Query { sum: Int }' }],
      url: 'grpc://user:secret@billing:1',
    },
    {
      name: 'catalog',
      kind: 'auto',
      schema: [{ name: 'c', text: 'type Query { title: String @rest(GET: "/title") }' }],
      url: 'grpc://catalog:1',
    },
  ]);
  const config = configSchema.parse({
    graph: { subgraphs: { accounts: { schema: 'a' }, catalog: { schema: 'c' } } },
    auth: { upstream: { accounts: { forward: ['content-length'] } } },
  });
  const error: unknown = await connectSubgraphs(graph, { config, log: silentLog }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemsError);
  expect((error as ProblemsError).problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    `HEADER_NOT_FORWARDABLE The header "content-length" is the gateway's own: it belongs to the connection or the body.`,
    'SUBGRAPH_NOT_CONNECTED Subgraph "accounts" has no URL.',
    'SUBGRAPH_NOT_CONNECTED Subgraph "billing" cannot be asked: its URL has the scheme "grpc", and one of http, https is expected.',
    `URL_MISSING_OR_WRONG "Query.title" is fetched by @rest, but its service's URL begins with "grpc:".`,
  ]);
});
