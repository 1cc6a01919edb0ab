import type { IncomingMessage, ServerResponse } from 'node:http';
import { graphql } from 'graphql';
import { readSubgraph } from '../../src/subgraph/read-subgraph.ts';
import { json, startTestServer } from '../sources/http/test-server.ts';
import type { TestSubgraph } from './test-gateway.ts';

type Resolve = (args: Record<string, unknown>) => unknown;
type Representation = Readonly<Record<string, unknown>> & { readonly __typename: string };

export type ServiceSettings = {
  /** The fields of the root types, by name. */
  readonly root?: Readonly<Record<string, Resolve>>;
  /** The entity of a representation. */
  readonly entity?: (representation: Representation) => object | null | Promise<object | null>;
  /** Sees each request before it is answered. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
};

/** A federated GraphQL service on a free port, executed from its own SDL. */
export async function startFederatedService(sdl: string, { root = {}, entity, onRequest }: ServiceSettings) {
  const { subgraph, problems } = readSubgraph({
    name: 'service',
    kind: 'graphql',
    schema: [{ name: 'sdl', text: sdl }],
  });
  if (subgraph === undefined) throw new Error(JSON.stringify(problems));
  const { schema } = subgraph;
  const rootValue: Record<string, Resolve> = {
    ...root,
    _entities: ({ representations }) =>
      (representations as Representation[]).map(async (one) => ({
        __typename: one.__typename,
        ...(await entity?.(one)),
      })),
  };
  const server = await startTestServer(({ body }, response, request) => {
    onRequest?.(request, response);
    const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
    const answering = graphql({ schema, source: query, rootValue, variableValues: variables ?? null });
    void answering.then((answer) => json(response, answer));
  });
  return { ...server, subgraph: { sdl, url: server.url } satisfies TestSubgraph };
}
