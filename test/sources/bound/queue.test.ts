import { afterEach, expect, it } from 'vitest';
import type { GatewayError } from '../../../src/errors/gateway-error.ts';
import type { PublishBinding, RequestBinding, SubscribeBinding } from '../../../src/model/binding.ts';
import type { AttemptContext, WireEvent } from '../../../src/model/call.ts';
import { Cancellation } from '../../../src/model/cancellation.ts';
import type { ExpressionRoots } from '../../../src/model/expression.ts';
import type { RequestContext } from '../../../src/model/request-context.ts';
import type { SubgraphSchema } from '../../../src/model/subgraph.ts';
import { NOT_FOUND } from '../../../src/sources/bound/binding-client.ts';
import { memoryBus, type MemoryMessage } from '../../../src/sources/bound/brokers/memory.ts';
import { createQueueClient } from '../../../src/sources/bound/queue.ts';
import { readSubgraph } from '../../../src/subgraph/read-subgraph.ts';
import { compileExpression } from '../../../src/subgraph/expression.ts';
import { compileTopicTemplate } from '../../../src/subgraph/topic-template.ts';

const URL = 'memory:queue-test';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function context(): RequestContext {
  const cancellation = new Cancellation();
  const caller = { kind: 'anonymous' } as const;
  return { requestId: 'r1', caller, header: () => null, deadlineMs: Infinity, cancellation, scope: new Map() };
}

function attempt(): AttemptContext {
  return { context: context(), number: 1, cancellation: new Cancellation(), timeoutMs: 5_000 };
}

const base = {
  coordinate: 'Type.field',
  place: { file: 'shipping.graphql', line: 1, column: 1 },
  source: undefined,
  select: undefined,
  batch: undefined,
};
const expression = (text: string | undefined) => (text === undefined ? undefined : compileExpression(text).expression);
const topicOf = (text: string) => compileTopicTemplate(text, { wildcards: true });

function request(topic: string, payload?: string): RequestBinding {
  return { ...base, kind: 'request', topic: topicOf(topic), payload: expression(payload) };
}

function publish(topic: string, payload?: string, key?: string): PublishBinding {
  return { ...base, kind: 'publish', topic: topicOf(topic), payload: expression(payload), key: expression(key) };
}

function subscribe(topic: string): SubscribeBinding {
  return { ...base, kind: 'subscribe', topic: topicOf(topic) };
}

const SDL = /* GraphQL */ `
  type Query {
    shipment(id: ID!): Shipment @request(topic: "shipments.find")
    find(orderIds: [ID!]!, input: ShipmentFilter, anything: JSON): Shipment @request(topic: "find")
  }
  type Shipment {
    status: String
  }
  input ShipmentFilter {
    shipTo: [Address!]
  }
  input Address {
    postCode: String
  }
  scalar JSON
`;

function subgraphOf(sdl: string): SubgraphSchema {
  const { subgraph, problems } = readSubgraph({ name: 'shop', kind: 'auto', schema: [{ name: 's', text: sdl }] });
  if (subgraph === undefined) throw new Error(JSON.stringify(problems));
  return subgraph;
}

/** A client, and the log of what arrives at a service that answers every request with `answer`. */
function testQueue(answer: unknown = null, subgraph = subgraphOf(SDL)) {
  const client = createQueueClient({ url: URL, subgraph });
  const log: string[] = [];
  const stop = memoryBus(URL).listen('>', ({ topic, body, key, request: asked }: MemoryMessage) => {
    log.push([topic, body, key].filter((part) => part !== undefined).join(' '));
    asked?.reply(asked.id, JSON.stringify(answer));
  });
  cleanups.push(stop, () => client.close());
  return { client, log };
}

async function call(
  queue: ReturnType<typeof testQueue>,
  binding: RequestBinding | PublishBinding,
  roots: ExpressionRoots,
) {
  return queue.client.prepare(binding)(roots, attempt());
}

async function failure(promise: Promise<unknown>): Promise<GatewayError> {
  return promise.then(
    () => expect.fail('It should have been rejected.'),
    (error: unknown) => error as GatewayError,
  );
}

it('sends the arguments of a root field and gives the reply', async () => {
  const queue = testQueue({ status: 'PENDING' });
  expect(await call(queue, request('shipments.find'), { args: { id: 's1' } })).toEqual({ status: 'PENDING' });
  expect(queue.log).toEqual(['shipments.find {"id":"s1"}']);
});

it('sends the key of an entity, and lists of keys in a batched call, with the arguments over them', async () => {
  const queue = testQueue([]);
  const binding = request('shipments.byOrder');
  await call(queue, binding, { this: { __typename: 'Order', id: 'o1' } });
  await call(queue, binding, { this: { id: ['o1', 'o2'] }, args: { carrier: 'Loom Express' } });
  expect(queue.log).toEqual([
    'shipments.byOrder {"id":"o1"}',
    'shipments.byOrder {"id":["o1","o2"],"carrier":"Loom Express"}',
  ]);
});

it('sends what `payload` says', async () => {
  const queue = testQueue();
  const binding = request('orders.{args.id}.claim', '{ order: args.id, by: claims.sub, from: headers.origin }');
  await call(queue, binding, { args: { id: 'o1' }, claims: { sub: 'u1' }, headers: { origin: 'shop' } });
  expect(queue.log).toEqual(['orders.o1.claim {"order":"o1","by":"u1","from":"shop"}']);
});

it('names default payloads by the naming rule, inside input objects and lists, but not inside custom scalars', async () => {
  const queue = testQueue(null, subgraphOf(`extend schema @source(naming: SNAKE_CASE) ${SDL}`));
  const binding = { ...request('find'), coordinate: 'Query.find' };
  await call(queue, binding, {
    args: { orderIds: ['o1'], input: { shipTo: [{ postCode: '8001' }] }, anything: { asIs: 1 } },
  });
  expect(queue.log).toEqual([
    'find {"order_ids":["o1"],"input":{"ship_to":[{"post_code":"8001"}]},"anything":{"asIs":1}}',
  ]);
});

it('gives what was published, once it is acknowledged, and sends the key', async () => {
  const queue = testQueue();
  const binding = publish('orders.ship', '{ order: args.orderId }', 'args.orderId');
  expect(await call(queue, binding, { args: { orderId: 'o1' } })).toEqual({ order: 'o1' });
  expect(queue.log).toEqual(['orders.ship {"order":"o1"} o1']);
});

it('refuses an argument that would change the topic', async () => {
  const queue = testQueue();
  const error = await failure(call(queue, publish('orders.{id}.ship'), { args: { id: 'o1.>' } }));
  expect(error.code).toBe('BAD_USER_INPUT');
  expect(queue.log).toEqual([]);
});

it('refuses arguments that a function of the payload does not take', async () => {
  const queue = testQueue();
  const error = await failure(
    call(queue, request('sum', '{ total: sum(args.counts) }'), { args: { counts: ['one'] } }),
  );
  expect(error).toMatchObject({ code: 'BAD_USER_INPUT', message: 'The arguments do not fit the call.' });
  expect(queue.log).toEqual([]);
});

it.each([
  ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
  ['FORBIDDEN', 'FORBIDDEN'],
  ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
  ['INTERNAL_ERROR', 'UPSTREAM_ERROR'],
  ['E_4711', 'UPSTREAM_ERROR'],
  [undefined, 'UPSTREAM_ERROR'],
])('turns a service error of code %s into %s and keeps its message for operators', async (code, expected) => {
  const queue = testQueue({ error: { message: 'table shipments is locked', code } });
  const error = await failure(call(queue, request('find'), {}));
  expect(error).toMatchObject({ code: expected, retry: 'final' });
  expect(error.message).not.toContain('locked');
  expect(error.detail).toContain('table shipments is locked');
});

it('says NOT_FOUND when the service does', async () => {
  const queue = testQueue({ error: { message: 'no such shipment', code: 'NOT_FOUND' } });
  expect(await call(queue, request('find'), {})).toBe(NOT_FOUND);
});

it.each([
  [[1], { line: 'answer', body: [1] }],
  [
    { error: { message: 'no such shipment', code: 'NOT_FOUND' } },
    { line: 'answer', body: { error: { code: 'NOT_FOUND' } } },
  ],
])('shows what came back for %j', async (reply, shown) => {
  const queue = testQueue(reply);
  const wire: WireEvent[] = [];
  await queue.client.prepare(request('find'))({}, { ...attempt(), trace: (event) => void wire.push(event) });
  expect(wire).toMatchObject([
    { direction: 'sent', line: 'request find' },
    { direction: 'received', ...shown },
  ]);
});

it('takes an answer that only happens to have an error field as the answer', async () => {
  const queue = testQueue({ id: 's1', error: { message: 'address unknown' } });
  expect(await call(queue, request('find'), {})).toEqual({ id: 's1', error: { message: 'address unknown' } });
});

it('rejects a reply that is not JSON', async () => {
  const client = createQueueClient({ url: URL, subgraph: subgraphOf(SDL) });
  const stop = memoryBus(URL).listen('find', ({ request: asked }) => asked?.reply(asked.id, '<html>'));
  cleanups.push(stop, () => client.close());
  const error = await failure(client.prepare(request('find'))({}, attempt()));
  expect(error.code).toBe('UPSTREAM_BAD_RESPONSE');
});

it('streams the messages of a topic with arguments until the client goes away', async () => {
  const { client } = testQueue();
  const bus = memoryBus(URL);
  const listening = context();
  const stream = client.prepareStream?.(subscribe('shipments.{orderId}.updated'))(
    { args: { orderId: 'o1' } },
    { context: listening, isAgain: false, onOpened: () => {} },
  );
  const events = stream?.[Symbol.asyncIterator]();
  const first = events?.next();
  await expect.poll(() => bus.send({ topic: 'shipments.o1.updated', body: '{"status":"IN_TRANSIT"}' })).toBe(2);
  bus.send({ topic: 'shipments.o2.updated', body: '{"status":"DELIVERED"}' });
  expect(await first).toEqual({ done: false, value: { message: { status: 'IN_TRANSIT' } } });
  listening.cancellation.cancel();
  expect(await events?.next()).toEqual({ done: true, value: undefined });
});

it('refuses a URL of a broker that is not built', () => {
  expect(() => createQueueClient({ url: 'stomp://127.0.0.1:61613', subgraph: subgraphOf(SDL) })).toThrow(
    'The URL does not name a message broker that can be spoken to: it has the scheme "stomp"',
  );
});
