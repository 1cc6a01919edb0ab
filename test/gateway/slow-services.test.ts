import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBroker } from '../../examples/broker.ts';
import { connectWorker } from '../../examples/shipping/worker-connection.ts';
import { startTestServer } from '../sources/http/test-server.ts';
import { startFederatedService } from './federated-service.ts';
import { startGrpcService, stockProto } from './grpc-service.ts';
import { holdTime } from './still-time.ts';
import { faultsOf, openTestGateway, type TestSubgraph } from './test-gateway.ts';

/** A subgraph whose service takes a call and never ends it, with what it saw. */
type Slow = { readonly seen: readonly string[]; readonly subgraph: TestSubgraph };

const timeout = 'extend schema @timeout(ms: 150)\n';

async function startSilent(begin: (response: ServerResponse) => void = () => {}) {
  const seen: string[] = [];
  const server = await startTestServer((_, response) => {
    seen.push('asked');
    response.once('close', () => seen.push('aborted'));
    begin(response);
  });
  return { seen, url: server.url };
}

const endless = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"data":');
};

/** A service that answers at once; with how often the gateway has had its answer. */
async function startFast() {
  const root = { fast: () => 1 };
  let answered = 0;
  const onRequest = (_: IncomingMessage, response: ServerResponse): void => {
    response.on('finish', () => (answered += 1));
  };
  const service = await startFederatedService('type Query { fast: Int }', { root, onRequest });
  return { ...service, answered: () => answered };
}

async function startWorkerThatNeverReplies() {
  const seen: string[] = [];
  const broker = await startBroker({ port: 0 });
  const worker = await connectWorker(broker.url);
  onTestFinished(async () => {
    await worker.close();
    await broker.close();
  });
  await worker.onRequest('items.get', () => seen.push('asked'));
  return { seen, url: broker.url };
}

const http = (sdl: string, begin?: (response: ServerResponse) => void) => async (): Promise<Slow> => {
  const { seen, url } = await startSilent(begin);
  return { seen, subgraph: { sdl: timeout + sdl, url } };
};

const kinds: Readonly<Record<string, () => Promise<Slow>>> = {
  GraphQL: http('type Query { item: String }'),
  'GraphQL, within its answer,': http('type Query { item: String }', endless),
  REST: http('type Query { item: String @rest(GET: "/item") }'),
  'REST, within its answer,': http('type Query { item: String @rest(GET: "/item") }', endless),
  gRPC: async () => {
    const { seen, url } = await startGrpcService({ onGet: () => {} });
    const sdl = 'type Query { item: String @grpc(method: "stock.Stock/Get", select: "name") }';
    return { seen, subgraph: { sdl: timeout + sdl, url, proto: 'stock.proto' } };
  },
  broker: async () => {
    const { seen, url } = await startWorkerThatNeverReplies();
    return { seen, subgraph: { sdl: `${timeout}type Query { item: String @request(topic: "items.get") }`, url } };
  },
  stitched: async () => {
    const { seen, url } = await startSilent();
    const stitch = { items: { url, schema: 'plain.graphql' } };
    return { seen, subgraph: { sdl: `${timeout}type Query { item: String }`, stitch } };
  },
  'stitched, asked for its schema,': async () => {
    const { seen, url } = await startSilent();
    return { seen, subgraph: { sdl: `${timeout}type Query { item: String }`, stitch: { items: { url } } } };
  },
  resolver: async () => {
    const sdl = `${timeout}type Query { item: String }`;
    return { seen: [], subgraph: { sdl, resolvers: 'endless.js' } };
  },
};

/** Where the service does not see that nobody waits any more. */
const told: Readonly<Record<string, readonly string[]>> = { broker: ['asked'], resolver: [] };

const files = {
  'stock.proto': stockProto,
  'plain.graphql': 'type Query { item: String }',
  'endless.js': 'export default { Query: { item: () => new Promise(() => {}) } };',
};

describe('a service slower than its @timeout', () => {
  it.each(Object.entries(kinds))('(%s) is given up, and the rest of the answer stays', async (kind, start) => {
    const { seen, subgraph } = await start();
    const fast = await startFast();
    const { ask, gateway } = await openTestGateway({ subgraphs: { items: subgraph, fast: fast.subgraph }, files });
    const { pass } = holdTime();
    const asking = ask('{ fast item }');
    await expect.poll(() => [fast.answered(), kind === 'resolver' || seen.includes('asked')]).toEqual([1, true]);
    await pass(150);
    const answer = await asking;
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ fast: 1, item: null });
    expect(faultsOf(answer)).toEqual(['UPSTREAM_TIMEOUT items item']);
    expect((await ask('{ fast }')).body).toEqual({ data: { fast: 1 } });
    const closing = gateway.close();
    await pass(30_000);
    await closing;
    await expect.poll(() => seen.slice(0, 2)).toEqual(told[kind] ?? ['asked', 'aborted']);
  });
});

describe('a request that reaches its deadline', () => {
  const config = { traffic: { deadline: '200ms' } };
  const sdl = 'type Query { item: String! maybe: String } type Mutation { add: String! }';

  it('gives what there is, and says what is missing', async () => {
    const { url, seen } = await startSilent();
    const fast = await startFast();
    const subgraphs = { items: { sdl, url }, fast: fast.subgraph };
    const { ask } = await openTestGateway({ subgraphs, config });
    const { pass } = holdTime();
    const asking = ask('{ fast maybe }');
    await expect.poll(() => [fast.answered(), seen]).toEqual([1, ['asked']]);
    await pass(200);
    const answer = await asking;
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ fast: 1, maybe: null });
    expect(faultsOf(answer)).toEqual(['DEADLINE_EXCEEDED items maybe']);
    await expect.poll(() => seen).toEqual(['asked', 'aborted']);
  });

  it('is a 504 in both media types where there is nothing', async () => {
    const { url, seen } = await startSilent();
    const { ask } = await openTestGateway({ subgraphs: { items: { sdl, url } }, config });
    const { pass } = holdTime();
    for (const [index, accept] of ['application/json', 'application/graphql-response+json'].entries()) {
      const asking = ask('{ item }', {}, { accept });
      await expect.poll(() => seen.filter((event) => event === 'asked').length).toBe(index + 1);
      await pass(200);
      const answer = await asking;
      expect({ status: answer.status, data: answer.body.data }).toEqual({ status: 504, data: null });
      expect(faultsOf(answer)).toEqual(['DEADLINE_EXCEEDED items item']);
    }
  });

  it('says of a mutation that its outcome is not known', async () => {
    const { url, seen } = await startSilent();
    const { ask } = await openTestGateway({ subgraphs: { items: { sdl, url } }, config });
    const { pass } = holdTime();
    const asking = ask('mutation { add }');
    await expect.poll(() => seen).toEqual(['asked']);
    await pass(200);
    const answer = await asking;
    expect(faultsOf(answer)).toEqual(['DEADLINE_EXCEEDED items add']);
    expect(answer.body.errors?.[0]?.message).toContain('may or may not have been made');
    expect(seen.filter((event) => event === 'asked')).toEqual(['asked']);
  });
});
