import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../src/errors/problem.ts';
import { createFolder } from '../cli/command.ts';
import { json, startTestServer } from '../sources/http/test-server.ts';
import { faultsOf, openTestGateway, type TestSettings } from './test-gateway.ts';

const catalog = `
  type Query {
    product(sku: ID!): Product @rest(GET: "/products/{sku}")
    clock: Int @rest(GET: "/clock")
    pages(first: Int, after: String): Products @rest(GET: "/pages", paginate: { by: PAGE, size: "size", pageSize: 2 })
  }
  type Mutation { login(password: String!): Session @rest(POST: "/login") }
  type Subscription { moved: Int @rest(GET: "/moves") }
  type Session { accessToken: String user: String }
  type Products { nodes: [Product!] pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Product @key(fields: "sku") @rest(GET: "/products?skus={sku}", batch: { match: "sku" }) { sku: ID! name: String }
`;
const stock = 'type Query { stock: Int! } type Product @key(fields: "sku") { sku: ID! inStock: Boolean }';

async function services() {
  let clock = 0;
  const rest = await startTestServer(({ path: at }, response) => {
    const { pathname, searchParams } = new URL(at, 'http://x');
    if (pathname === '/clock') return json(response, (clock += 1));
    if (pathname === '/login') return json(response, { accessToken: 's3cret', user: 'ada' });
    if (pathname === '/pages')
      return json(response, searchParams.get('page') === '1' ? [{ sku: 'a' }, { sku: 'b' }] : []);
    if (pathname === '/products/gone') return json(response, {}, { status: 404 });
    if (pathname === '/products/bad') return json(response, { title: 'no' }, { status: 500 });
    if (pathname === '/moves') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return response.end('data: 1\n\ndata: x\n\ndata: 3\n\n');
    }
    const skus = searchParams.get('skus');
    const one = (sku: string) => ({ sku, name: `Product ${sku}` });
    return json(response, skus === null ? one(pathname.slice(10)) : skus.split(',').map(one));
  });
  const graphql = await startTestServer(({ body }, response) => {
    const { variables } = JSON.parse(body) as { variables: { representations?: unknown[] } };
    const entities = variables.representations?.map(() => ({ __typename: 'Product', inStock: true }));
    json(response, { data: entities === undefined ? { stock: 5 } : { _entities: entities } });
  });
  return { rest, graphql };
}

const graph = (urls: { rest: string; graphql: string }): NonNullable<TestSettings['subgraphs']> => ({
  catalog: { sdl: catalog, url: urls.rest },
  stock: { sdl: stock, url: urls.graphql },
});

const OPERATIONS: [string, object?][] = [
  ['{ product(sku: "a") { name inStock } }'],
  ['{ product(sku: "gone") { name } }'],
  ['{ product(sku: "bad") { name } stock }'],
  ['{ clock }'],
  ['{ clock }'],
  ['{ pages(first: 3) { nodes { name } pageInfo { hasNextPage } } }'],
  ['mutation ($p: String!) { login(password: $p) { user accessToken } }', { p: 'hunter2' }],
];

async function events(ask: Awaited<ReturnType<typeof openTestGateway>>['gateway']): Promise<string> {
  const response = await ask.request('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { moved }' }),
  });
  return response.text();
}

async function record() {
  const { rest, graphql } = await services();
  const file = path.join(await createFolder(), 'calls.jsonl');
  const recording = await openTestGateway({ subgraphs: graph({ rest: rest.url, graphql: graphql.url }), record: file });
  const answers: unknown[] = [];
  for (const [query, variables] of OPERATIONS) answers.push((await recording.ask(query, variables)).body);
  const stream = await events(recording.gateway);
  await recording.gateway.close({ drainMs: 0 });
  return { file, answers, stream, close: () => Promise.all([rest.close(), graphql.close()]) };
}

describe('a recording', () => {
  it('answers for the services what they answered, errors and streams too', async () => {
    const { file, answers, stream, close } = await record();
    await close();
    const { ask, gateway } = await openTestGateway({
      subgraphs: graph({ rest: 'http://127.0.0.1:9', graphql: 'http://127.0.0.1:9' }),
      replay: file,
    });
    const replayed: unknown[] = [];
    for (const [query, variables] of OPERATIONS) replayed.push((await ask(query, variables)).body);
    expect(replayed.slice(0, 6)).toEqual(answers.slice(0, 6));
    expect(replayed[6]).toEqual({ data: { login: { user: 'ada', accessToken: '[redacted]' } } });
    expect((await ask('{ clock }')).body).toEqual({ data: { clock: 2 } });
    expect(await events(gateway)).toBe(stream);
  });

  it('answers operations that were not asked then, of calls that were', async () => {
    const { file, close } = await record();
    await close();
    const { ask } = await openTestGateway({
      subgraphs: graph({ rest: 'http://127.0.0.1:9', graphql: 'http://127.0.0.1:9' }),
      replay: file,
    });
    expect((await ask('{ a: product(sku: "a") { sku } }')).body).toEqual({ data: { a: { sku: 'a' } } });
    const unknown = await ask('{ product(sku: "new") { name } }');
    expect(faultsOf(unknown)).toEqual(['UPSTREAM_UNAVAILABLE catalog product']);
    expect(unknown.body.errors?.[0]?.message).toBe('The recording has no answer to this call.');
  });

  it('holds no secrets, and is its owner’s alone', async () => {
    const { file } = await record();
    const text = await readFile(file, 'utf8');
    expect(text).not.toMatch(/hunter2|s3cret/);
    expect(text).toContain('"call":"Query.product"');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is never written over', async () => {
    const file = path.join(await createFolder({ 'calls.jsonl': 'mine' }), 'calls.jsonl');
    const opening = openTestGateway({ subgraphs: graph({ rest: 'http://x', graphql: 'http://x' }), record: file });
    await expect(opening).rejects.toThrow(/RECORDING_INVALID {2}The recording .* is there already/);
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('leaves no file where nothing was recorded', async () => {
    const file = path.join(await createFolder(), 'calls.jsonl');
    const { gateway } = await openTestGateway({
      subgraphs: graph({ rest: 'http://x', graphql: 'http://x' }),
      record: file,
    });
    await gateway.close({ drainMs: 0 });
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('is refused line by line where it is none', async () => {
    const file = path.join(await createFolder(), 'calls.jsonl');
    await writeFile(file, '{"service":"a","call":"b","request":{},"answer":1}\n{"x":1}\n\nnonsense\n');
    const opening = openTestGateway({ subgraphs: graph({ rest: 'http://x', graphql: 'http://x' }), replay: file });
    const error: unknown = await opening.catch((thrown: unknown) => thrown);
    expect(error instanceof ProblemsError && error.problems.map(({ places }) => places[0]?.line)).toEqual([2, 4]);
  });
});
