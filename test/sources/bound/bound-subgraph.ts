import { parse } from 'graphql';
import { expect, onTestFinished } from 'vitest';
import type { RequestContext } from '../../../src/model/request-context.ts';
import type { FetchAnswer, SourceFetch } from '../../../src/model/source.ts';
import type { SourceText } from '../../../src/model/subgraph.ts';
import { createBoundSource } from '../../../src/sources/bound/bound-source.ts';
import { type ClientsOptions, createClients } from '../../../src/sources/bound/clients.ts';
import type { TlsFiles } from '../../../src/sources/bound/tls-files.ts';
import { readSubgraph } from '../../../src/subgraph/read-subgraph.ts';
import type { ProtectSettings } from '../../../src/traffic/protect.ts';
import { createTestContext, createTestProtect } from '../http/test-context.ts';

type Options = {
  readonly url: string;
  readonly sources?: Readonly<Record<string, string>>;
  readonly protos?: readonly SourceText[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The client's headers that the config names. */
  readonly forward?: readonly string[];
  readonly aws?: ClientsOptions['aws'];
  readonly traffic?: Partial<ProtectSettings>;
  readonly tls?: TlsFiles | undefined;
  readonly answerBytes?: number;
};

/** A bound subgraph from its SDL, in front of a service of the test's. */
export function boundSubgraph(
  sdl: string,
  { url, sources = {}, protos, headers = {}, forward = [], aws, traffic = {}, tls, answerBytes }: Options,
) {
  const { subgraph, problems } = readSubgraph({
    name: 'shop',
    kind: 'auto',
    schema: [{ name: 'shop.graphql', text: sdl }],
    url,
    protos,
    sources,
  });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (subgraph === undefined) throw new Error('The schema could not be read.');
  const clients = createClients({ subgraph, sources, headers: () => headers, aws, tlsOf: () => tls, answerBytes });
  const source = createBoundSource({
    subgraph,
    clients,
    protect: createTestProtect({ subgraph: 'shop', timeoutMs: 5000, ...traffic }),
    forward,
  });
  onTestFinished(() => source.close());

  function toFetch(operation: string): SourceFetch {
    const document = parse(operation);
    const [definition] = document.definitions;
    if (definition?.kind !== 'OperationDefinition') throw new Error('The operation must come first.');
    return {
      subgraph: 'shop',
      operationKind: definition.operation,
      operation,
      document,
      operationName: definition.name?.value,
    };
  }

  return {
    run: async (
      operation: string,
      variables: Record<string, unknown> = {},
      context: RequestContext = createTestContext(),
    ) => plain(await source.prepare(toFetch(operation))({ variables }, context)),
    subscribe: (
      operation: string,
      variables: Record<string, unknown> = {},
      context: RequestContext = createTestContext(),
      after?: string,
    ) => source.prepareSubscription(toFetch(operation))({ variables, after }, context),
    source,
  };
}

/** An answer as plain JSON, and its errors as "CODE at path". */
export function plain({ data, errors = [] }: FetchAnswer) {
  return {
    data: JSON.parse(JSON.stringify(data)) as unknown,
    errors: errors.map(({ code, path }) => `${code} at ${path?.join('.') ?? 'nowhere'}`),
    raw: errors,
  };
}
