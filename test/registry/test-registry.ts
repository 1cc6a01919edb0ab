import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { composeSupergraph } from '../../src/composition/compose-supergraph.ts';
import { ProblemsError } from '../../src/errors/problem.ts';
import type { SubgraphInput } from '../../src/model/subgraph.ts';
import { silentLog } from '../../src/observability/log.ts';
import type { RegisteredGraph } from '../../src/registry/graph-keeper.ts';
import type { ComposedGraph } from '../../src/registry/graph-version.ts';
import { createRegistry, type RegistryOptions } from '../../src/registry/registry.ts';
import { readSubgraph } from '../../src/subgraph/read-subgraph.ts';

export const token = 'a-token-for-the-tests';

type Settings = Partial<RegistryOptions<ComposedGraph>>;

/** A registry over the real composer. `live` are the graph versions it had served; `call` asks its HTTP API. */
export function testRegistry(settings: Settings = {}) {
  const live: number[] = [];
  const registry = createRegistry<ComposedGraph>({
    store: 'sqlite::memory:',
    token,
    compose,
    onPublish: async ({ version }: RegisteredGraph<ComposedGraph>) => void live.push(version.number),
    log: silentLog,
    ...settings,
  });
  onTestFinished(() => registry.close());
  const call = async (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const response = await registry.handle(
      new Request(`http://gateway/registry/v1${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown>,
      headers: response.headers,
    };
  };
  const publish = (name: string, sdl: string, rest: object = {}) =>
    call(`/subgraphs/${name}/publish`, {
      schema: [{ name: `${name}.graphql`, text: sdl }],
      url: `http://${name}`,
      ...rest,
    });
  const check = (name: string, sdl: string, rest: object = {}) =>
    call(`/subgraphs/${name}/check`, {
      schema: [{ name: `${name}.graphql`, text: sdl }],
      url: `http://${name}`,
      ...rest,
    });
  return { registry, live, call, publish, check };
}

/** The store of a registry in a folder that is gone when the test ends. */
export async function createStoreFile(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'selvedge-registry-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return path.join(folder, 'registry.db');
}

export function input(name: string, sdl: string): SubgraphInput {
  return { name, kind: 'auto', url: `http://${name}`, schema: [{ name: `${name}.graphql`, text: sdl }] };
}

export function compose(inputs: readonly SubgraphInput[]): ComposedGraph {
  const results = inputs.map((each) => readSubgraph(each));
  const problems = results.flatMap((result) => result.problems);
  if (problems.some((problem) => problem.severity === 'error')) throw new ProblemsError(problems);
  const composition = composeSupergraph(results.flatMap((result) => result.subgraph ?? []));
  if (composition.kind === 'failed') throw new ProblemsError(composition.problems);
  return composition;
}
