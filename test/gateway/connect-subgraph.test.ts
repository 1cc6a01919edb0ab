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
  expect((error as ProblemsError).problems.map(({ code, subgraph }) => `${code} ${subgraph}`)).toEqual([
    'HEADER_NOT_FORWARDABLE accounts',
    'SUBGRAPH_NOT_CONNECTED accounts',
    'URL_MISSING_OR_WRONG catalog',
  ]);
});
