import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { parseConfig } from '../../src/config/load-config.ts';
import type { Config, ConfigInput } from '../../src/config/schema.ts';
import { createGateway, type Gateway } from '../../src/edge/create-gateway.ts';
import type { TapeOptions } from '../../src/gateway/open-tape.ts';
import type { Log } from '../../src/observability/log.ts';
import { createFolder } from '../cli/command.ts';

type SubgraphConfig = NonNullable<ConfigInput['graph']['subgraphs']>[string];

/** A subgraph as the config has it, with its SDL in the place of its file. */
export type TestSubgraph = Omit<SubgraphConfig, 'schema'> & { readonly sdl: string };

export type TestSettings = TapeOptions & {
  readonly subgraphs?: Readonly<Record<string, TestSubgraph>>;
  readonly config?: Partial<ConfigInput>;
  /** Further files beside the schemas: protos, resolvers, key sets. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where its files go; a folder of the test's own by default. */
  readonly folder?: string;
};

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: GraphqlAnswer };
type GraphqlAnswer = { readonly data?: unknown; readonly errors?: readonly GraphqlFailure[] };
type GraphqlFailure = {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly service?: string };
};

export type LogLine = { readonly level: string; readonly message: string; readonly fields: unknown };

export type TestGateway = {
  readonly gateway: Gateway;
  readonly folder: string;
  readonly logged: LogLine[];
  /** Asks without a port. */
  readonly ask: (query: string, variables?: object, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Opens a port, and gives the URL of GraphQL there. */
  readonly listen: () => Promise<string>;
  /** The settings as a config that `gateway.reload` takes. */
  readonly configOf: (settings: TestSettings) => Promise<Config>;
  readonly reload: (settings: TestSettings) => Promise<void>;
};

/** A whole gateway over services of the test's, closed when the test ends. */
export async function openTestGateway(settings: TestSettings): Promise<TestGateway> {
  const folder = settings.folder ?? (await createFolder());
  const logged: LogLine[] = [];
  const log: Log = (level, message, fields) => void logged.push({ level, message, fields });
  const gateway = await createGateway(await writeConfig(folder, settings), {
    base: folder,
    log,
    record: settings.record,
    replay: settings.replay,
  });
  onTestFinished(() => gateway.close({ drainMs: 0 }));
  const configOf = async (next: TestSettings): Promise<Config> =>
    (await parseConfig(await writeConfig(folder, next), { base: folder })).config;
  return {
    gateway,
    folder,
    logged,
    ask: (query, variables, headers) => askGateway(gateway, { query, variables }, headers),
    listen: async () => (await gateway.listen()).url,
    configOf,
    reload: async (next) => gateway.reload(await configOf(next)),
  };
}

/** The answer to an operation, in the media type that has a status of its own for each refusal. */
export async function askGateway(
  gateway: Gateway,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await gateway.request('/graphql', {
    ...postOf(body, { accept: 'application/graphql-response+json', ...headers }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as GraphqlAnswer };
}

export function postOf(body: object, headers: Readonly<Record<string, string>> = {}) {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** What of an answer's errors a client goes by. */
export function faultsOf({ body }: Answer): string[] {
  return (body.errors ?? []).map(({ extensions, path: at }) =>
    [extensions.code, extensions.service, at?.join('.')].filter((part) => part !== undefined).join(' '),
  );
}

async function writeConfig(folder: string, { subgraphs = {}, config = {}, files = {} }: TestSettings) {
  const texts: Record<string, string> = { ...files };
  const entries = Object.entries(subgraphs).map(([name, { sdl, ...rest }]) => {
    const schema = `${name}.graphql`;
    texts[schema] = sdl;
    return [name, { schema, ...rest }] as const;
  });
  await Promise.all(Object.entries(texts).map(([name, text]) => writeFile(path.join(folder, name), text)));
  const graph = entries.length === 0 ? config.graph : { subgraphs: Object.fromEntries(entries), ...config.graph };
  return { listen: { port: 0 }, ...config, graph: graph ?? {} } satisfies ConfigInput;
}
