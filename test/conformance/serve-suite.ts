import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { getOperationAST, parse } from 'graphql';
import type { ConfigInput } from '../../src/config/schema.ts';
import { createGateway, type Gateway } from '../../src/edge/create-gateway.ts';
import { connectService, testContext, type TestService } from '../execution/test-graph.ts';
import type { Suite } from './suites.ts';

/** A suite's gateways behind real ports, before its services behind theirs. */
export type ServedSuite = {
  /** By the way in: composed of the subgraphs' files, or of the supergraph printed by that composition. */
  readonly urls: Readonly<Record<WayIn, string>>;
  readonly close: () => Promise<void>;
};

export type WayIn = 'subgraphs' | 'supergraph';

type Closing = () => Promise<unknown>;

/** Serves the suite in production mode, in both ways in. */
export async function serveSuite(suite: Suite): Promise<ServedSuite> {
  const folder = await mkdtemp(join(tmpdir(), 'suite-'));
  const closings: Closing[] = [() => rm(folder, { recursive: true })];
  const subgraphs: NonNullable<ConfigInput['graph']['subgraphs']> = {};
  for (const [name, service] of Object.entries(suite.services())) {
    const { url, close } = await serveService(name, service);
    closings.unshift(close);
    await writeFile(join(folder, `${name}.graphql`), service.sdl);
    subgraphs[name] = { schema: `./${name}.graphql`, url };
  }
  const composed = await serveGraph({ subgraphs }, folder);
  closings.unshift(() => composed.gateway.close({ drainMs: 0 }));
  await writeFile(join(folder, 'supergraph.graphql'), composed.gateway.graph()?.supergraph.sdl ?? '');
  const read = await serveGraph({ supergraph: './supergraph.graphql' }, folder);
  closings.unshift(() => read.gateway.close({ drainMs: 0 }));
  return {
    urls: { subgraphs: composed.url, supergraph: read.url },
    close: async () => {
      for (const close of closings) await close();
    },
  };
}

async function serveGraph(graph: ConfigInput['graph'], base: string): Promise<{ gateway: Gateway; url: string }> {
  const gateway = await createGateway({ mode: 'production', listen: { port: 0 }, graph }, { base });
  const { url } = await gateway.listen();
  return { gateway, url };
}

/** A federated GraphQL service over HTTP on a free port. */
async function serveService(name: string, service: TestService) {
  const source = connectService(name, service, []);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { query, variables, operationName } = JSON.parse(await text(request)) as {
      query: string;
      variables?: Record<string, unknown>;
      operationName?: string;
    };
    const document = parse(query);
    const operationKind = getOperationAST(document, operationName)?.operation ?? 'query';
    const send = source.prepare({ subgraph: name, operation: query, document, operationKind, operationName });
    const { data, errors } = await send({ variables: variables ?? {} }, testContext());
    const told = errors?.map(({ message, path }) => ({ message, path }));
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data, errors: told }));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
