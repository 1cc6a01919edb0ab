import { parse } from 'graphql';
import { onTestFinished } from 'vitest';
import type { FetchAnswer } from '../../../src/model/source.ts';
import { createStitchedSource } from '../../../src/sources/local/stitched-source.ts';
import { startPlainServer } from './plain-graphql-server.ts';
import { recordingProtect } from './protect.ts';
import { readTestSubgraph } from './read-test-subgraph.ts';
import { requestContext } from './request-context.ts';

type PlainSettings = { readonly sdl: string; readonly root: Record<string, unknown>; readonly socketUrl?: string };

/** A stitched source over several plain services, closed with the test: what each was asked, and what is wrong with it. */
export async function stitchServices(sdl: string, settings: Readonly<Record<string, PlainSettings>>) {
  const servers = await Promise.all(
    Object.entries(settings).map(async ([name, { sdl: service, root, socketUrl }]) => {
      const server = await startPlainServer(service, root);
      onTestFinished(() => server.close());
      return [name, { ...server, socketUrl }] as const;
    }),
  );
  const unusable: unknown[] = [];
  const source = createStitchedSource({
    subgraph: readTestSubgraph('shop', sdl, 'stitched'),
    services: Object.fromEntries(servers.map(([name, { url, socketUrl }]) => [name, { url, socketUrl }])),
    headers: () => ({}),
    protect: recordingProtect().protect,
    policyOf: () => ({}),
    onUnusable: (error) => unusable.push(error),
  });
  onTestFinished(() => source.close());
  const toFetch = (operation: string) => {
    const document = parse(operation);
    const [definition] = document.definitions;
    const operationKind = definition !== undefined && 'operation' in definition ? definition.operation : 'query';
    return { subgraph: 'shop', operationKind: operationKind as never, operation, document, operationName: undefined };
  };
  return {
    unusable,
    asked: Object.fromEntries(servers.map(([name, { asked }]) => [name, asked])),
    query: (operation: string, variables: Record<string, unknown> = {}): Promise<FetchAnswer> =>
      source.prepare(toFetch(operation))({ variables }, requestContext()),
    subscribe: (operation: string, context = requestContext()) =>
      source.prepareSubscription(toFetch(operation))({ variables: {} }, context)[Symbol.asyncIterator](),
  };
}
