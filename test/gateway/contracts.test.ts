import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { printProblem, ProblemsError } from '../../src/errors/problem.ts';
import { checkConfig } from '../../src/gateway/check-config.ts';
import { openGateway } from '../../src/gateway/open-gateway.ts';
import { createFolder, runCommand } from '../cli/command.ts';
import { reflectedSdl, startReflectedService } from './reflected-service.ts';

const DEAD = 'grpc://127.0.0.1:1';

/** A config whose one service is asked by reflection. */
async function reflecting(url: string, reflection: string, sdl = reflectedSdl) {
  const folder = await createFolder({
    'stock.graphql': sdl,
    'selvedge.yaml': `graph: { subgraphs: { stock: { schema: stock.graphql, url: "${url}", reflection: ${reflection} } } }`,
  });
  const { config } = await loadConfig(path.join(folder, 'selvedge.yaml'), { env: {} });
  return { folder, config };
}

/** A gateway, its warnings, and what it answers. */
async function open(url: string, reflection = 'true', sdl = reflectedSdl) {
  const { config, folder } = await reflecting(url, reflection, sdl);
  const warnings: string[] = [];
  const gateway = await openGateway(config, (_, message) => warnings.push(message));
  onTestFinished(() => gateway.close(0));
  return { gateway, config, folder, warnings, types: () => gateway.graph()?.supergraph.apiSchema.getType('Item') };
}

const problemsOf = async (opening: Promise<unknown>): Promise<string> => {
  const error: unknown = await opening.catch((thrown: unknown) => thrown);
  if (!(error instanceof ProblemsError)) throw new Error('It did open.', { cause: error });
  return error.problems.map((problem) => printProblem(problem)).join('\n');
};

describe('a service that says what it offers', () => {
  it.each(['v1', 'v1alpha'] as const)('is asked at start, by %s', async (version) => {
    const { url } = await startReflectedService({ version });
    const { types, warnings } = await open(url);
    expect(types()).toBeDefined();
    expect(warnings).toEqual([]);
  });

  it('is checked against: what it does not offer is reported', async () => {
    const { url } = await startReflectedService({ version: 'v1' });
    expect(await problemsOf(open(url, 'true', reflectedSdl.replace('Stock/Get', 'Stock/Gte')))).toContain(
      'calls "stock.Stock/Gte", which "stock.Stock" does not have',
    );
    expect(await problemsOf(open(url, 'true', reflectedSdl.replace('inStock', 'stocked')))).toContain(
      'Item.stocked is read as "stocked", which message stock.Item does not have',
    );
  });

  it('is needed at start where nothing is kept', async () => {
    expect(await problemsOf(open(DEAD))).toMatch(
      /^CONTRACT_UNAVAILABLE {2}The service of "stock" was asked what it offers, and said UNAVAILABLE: .*\n {4}Start it/,
    );
    const { url } = await startReflectedService({ version: 'none' });
    expect(await problemsOf(open(url))).toContain('and does not know server reflection (v1, v1alpha).');
  });

  it('is known from its last answer while it is down, in the same process', async () => {
    const service = await startReflectedService({ version: 'v1' });
    const { gateway, config, warnings } = await open(service.url);
    service.stop();
    await gateway.reload(config);
    expect(gateway.graph()).toBeDefined();
    expect(warnings).toEqual([
      expect.stringMatching(/^The service of "stock" said UNAVAILABLE: .*last known contract/),
    ]);
  });

  it('is known from the file where its last answer is kept, in the next process', async () => {
    const service = await startReflectedService({ version: 'v1' });
    const { config, folder } = await open(service.url, 'kept.binpb');
    const kept = await readFile(path.join(folder, 'kept.binpb'));
    service.stop();
    const warnings: string[] = [];
    const next = await openGateway(config, (_, message) => warnings.push(message));
    onTestFinished(() => next.close(0));
    expect(next.graph()?.supergraph.apiSchema.getType('Shelf')).toBeDefined();
    expect(warnings).toHaveLength(1);
    expect(await readFile(path.join(folder, 'kept.binpb'))).toEqual(kept);
  });

  it('is not asked by config check, which goes by what is kept', async () => {
    const wrong = await reflecting(DEAD, 'kept.binpb', reflectedSdl.replace('Stock/Get', 'Stock/Gte'));
    const kept = path.join(wrong.folder, 'kept.binpb');
    await checkConfig(wrong.config);
    expect(existsSync(kept)).toBe(false);
    const { url } = await startReflectedService({ version: 'v1' });
    const right = await open(url, 'kept.binpb');
    await copyFile(path.join(right.folder, 'kept.binpb'), kept);
    expect(await problemsOf(checkConfig(wrong.config))).toContain('calls "stock.Stock/Gte"');
    await checkConfig(right.config);
  });

  it('has a file that can be written, or the answer holds without it', async () => {
    const service = await startReflectedService({ version: 'v1' });
    const { warnings, types } = await open(service.url, 'gone/kept.binpb');
    expect(types()).toBeDefined();
    expect(warnings).toEqual([expect.stringMatching(/^The contract could not be kept in .*kept\.binpb/)]);
  });

  it('keeps nothing of a file that is no contract', async () => {
    const { config, folder } = await reflecting(DEAD, 'kept.binpb');
    await writeFile(path.join(folder, 'kept.binpb'), 'syntax = "proto3";');
    expect(await problemsOf(openGateway(config, () => {}))).toContain('kept.binpb:1:1  PROTO_INVALID');
  });
});

describe('a further service that says what it offers', () => {
  const sdl = `extend schema @source(name: "stock") type Query { own(id: ID!): Own @grpc(method: "own.Own/Get") }
    type Own { id: ID item: Item @grpc(method: "stock.Stock/Get", request: "{ sku: this.id }", source: "stock") }
    ${reflectedSdl.replace(/type Query .*/, '')}`;
  const proto = `syntax = "proto3"; package own; service Own { rpc Get(Id) returns (Thing); }
    message Id { string id = 1; } message Thing { string id = 1; }`;

  async function withSource(url: string, text = sdl) {
    const folder = await createFolder({
      'own.graphql': text,
      'own.proto': proto,
      'selvedge.yaml': `graph: { subgraphs: { own: { schema: own.graphql, url: "${DEAD}", proto: own.proto, sources: { stock: { url: "${url}", reflection: kept.binpb } } } } }`,
    });
    const { config } = await loadConfig(path.join(folder, 'selvedge.yaml'), { env: {} });
    const gateway = openGateway(config, () => {});
    onTestFinished(async () => (await gateway.catch(() => undefined))?.close(0));
    return { gateway, config };
  }

  it('is asked, beside the protos of the subgraph', async () => {
    const service = await startReflectedService({ version: 'v1' });
    const { gateway, config } = await withSource(service.url);
    expect((await gateway).graph()?.supergraph.apiSchema.getType('Shelf')).toBeDefined();
    const { gateway: wrong } = await withSource(service.url, sdl.replace('Stock/Get', 'Stock/Gte'));
    expect(await problemsOf(wrong)).toContain('calls "stock.Stock/Gte"');
    service.stop();
    const next = await openGateway(config, () => {});
    onTestFinished(() => next.close(0));
    expect(next.graph()).toBeDefined();
  });

  it('is named where it cannot be asked, and keeps config check from nothing', async () => {
    const { gateway, config } = await withSource(DEAD);
    expect(await problemsOf(gateway)).toMatch(/^CONTRACT_UNAVAILABLE {2}The service of "own.stock" was asked/);
    await checkConfig(config);
  });
});

describe('the command line', () => {
  it('composes by what the service says, and ends with 3 where it says nothing', async () => {
    const { url } = await startReflectedService({ version: 'v1' });
    const { folder } = await reflecting(url, 'true');
    const composed = await runCommand(['compose', '--config', path.join(folder, 'selvedge.yaml')], { cwd: folder });
    expect(composed).toMatchObject({ code: 0, stdout: expect.stringContaining('type Shelf') as string });
    const dead = await reflecting(DEAD, 'true');
    expect(
      (await runCommand(['compose', '--config', path.join(dead.folder, 'selvedge.yaml')], { cwd: folder })).code,
    ).toBe(3);
  });

  it.each([
    [['--reflection'], 2, 'asks the service at --url, which'],
    [['--reflection', '--url', 'http://127.0.0.1:1'], 2, 'has the scheme "http"'],
    [['--reflection', '--url', DEAD, '--proto', 'a.proto'], 2, 'not both'],
    [['--reflection', '--url', DEAD], 3, 'said UNAVAILABLE'],
  ])('publishes with %j', async (options, exitCode, message) => {
    const folder = await createFolder({ 'stock.graphql': reflectedSdl });
    const command = [
      'publish',
      'stock',
      '--schema',
      path.join(folder, 'stock.graphql'),
      '--registry',
      'http://127.0.0.1:1',
    ];
    const result = await runCommand([...command, '--token', 'x'.repeat(16), ...options], { cwd: folder });
    expect(result).toMatchObject({ code: exitCode, stderr: expect.stringContaining(message) as string });
  });
});
