import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { createExecuteOnSubgraph } from '../../src/gateway/execute-on-subgraph.ts';
import { composeGraph } from '../../src/gateway/load-graph.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { Caller, RequestContext } from '../../src/model/request-context.ts';

const SDL = `schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@authenticated"]) { query: RootQ }
  type RootQ { open: String  guarded: String @authenticated }`;

/** Asks as a resolver does, of a subgraph that has a name of its own for Query. */
async function ask(query: string, caller: Caller) {
  const sent: string[] = [];
  const text = { name: 'items.graphql', text: SDL };
  const graph = await composeGraph([{ name: 'items', kind: 'graphql', schema: [text], url: 'http://items.example' }]);
  const source = {
    prepare: () => async () => {
      sent.push(query);
      return { data: { open: 'yes', guarded: 'yes' } };
    },
    prepareSubscription: () => {
      throw new Error('not asked for here');
    },
    close: async () => {},
  };
  const execute = createExecuteOnSubgraph(graph, new Map([['items', source]]));
  const context: RequestContext = {
    requestId: '1',
    caller,
    header: () => null,
    deadlineMs: Infinity,
    cancellation: new Cancellation(),
    scope: new Map(),
  };
  const { errors = [] } = await execute('items', parse(query), {}, context);
  return { sent: sent.length, codes: errors.map(({ code }) => code) };
}

it('keeps the rules of root fields whose type the subgraph calls otherwise', async () => {
  const anonymous: Caller = { kind: 'anonymous' };
  expect(await ask('{ guarded }', anonymous)).toEqual({ sent: 0, codes: ['UNAUTHORIZED_FIELD'] });
  expect(await ask('{ open }', anonymous)).toEqual({ sent: 1, codes: [] });
  const known: Caller = { kind: 'authenticated', claims: {}, scopes: new Set() };
  expect(await ask('{ guarded }', known)).toEqual({ sent: 1, codes: [] });
});
