import type { ServerResponse } from 'node:http';
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import type { WebSocket } from 'ws';
import { memoryBus } from '../../src/sources/bound/brokers/memory.ts';
import { say, startSocketService } from '../sources/http/subscriptions/socket-service.ts';
import { startTestServer } from '../sources/http/test-server.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import type { TestSubgraph } from './test-gateway.ts';

/** A service that streams what is sold, as `Subscription.sold`; the test says what comes. */
export type StreamService = {
  readonly subgraphs: Readonly<Record<string, TestSubgraph>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Of `traffic.subgraphs.sales.subscriptions`. */
  readonly subscriptions?: Readonly<Record<string, unknown>>;
  /** The network that leads to it; undefined where there is none. */
  readonly network?: TcpProxy;
  /** Subscriptions that are open at the service. */
  readonly size: () => number;
  readonly sell: (sku: string) => void;
  /** Sends what cannot be used; undefined where that ends the stream. */
  readonly poison?: (() => void) | undefined;
  /** Ends all streams well; undefined where the protocol knows no end. */
  readonly end?: () => void;
};

const product = 'type Product @key(fields: "sku", resolvable: false) { sku: ID! }';
const sdlOf = (directive: string): string =>
  `type Query { a: Int ${directive === '' ? '' : '@rest(GET: "/a")'} } type Subscription { sold: Product ${directive} } ${product}`;
const result = (sku: string) => ({ data: { sold: { __typename: 'Product', sku } } });

type Writing = {
  readonly type: string;
  readonly event: (sku: string) => string;
  readonly poison: string;
  readonly last: string;
};

/** Over HTTP, whatever is written. */
async function startWriting({ type, event, poison, last }: Writing) {
  const streams = new Set<ServerResponse>();
  const { url } = await startTestServer((_, response) => {
    response.writeHead(200, { 'content-type': type }).flushHeaders();
    streams.add(response);
    response.on('close', () => streams.delete(response));
  });
  const network = await startTcpProxy(url);
  const write = (text: string): void => {
    for (const stream of streams) stream.write(text);
  };
  return {
    network,
    url: `http://127.0.0.1:${network.port}`,
    size: () => streams.size,
    sell: (sku: string) => write(event(sku)),
    poison: () => write(poison),
    end: () => {
      for (const stream of streams) stream.end(last);
    },
  };
}

const graphqlEvents: Writing = {
  type: 'text/event-stream',
  event: (sku) => `event: next\ndata: ${JSON.stringify(result(sku))}\n\n`,
  poison: 'event: next\ndata: {broken\n\n',
  last: 'event: complete\ndata:\n\n',
};

async function startGraphqlEvents(): Promise<StreamService> {
  const { url, ...service } = await startWriting(graphqlEvents);
  return { ...service, subgraphs: { sales: { sdl: sdlOf(''), url } } };
}

async function startStitched(): Promise<StreamService> {
  const { url, ...service } = await startWriting(graphqlEvents);
  const plain = 'type Query { a: Int } type Subscription { sold: Product } type Product { sku: ID! }';
  const stitch = { shop: { url, schema: 'plain.graphql' } };
  return { ...service, subgraphs: { sales: { sdl: sdlOf(''), stitch } }, files: { 'plain.graphql': plain } };
}

async function startRest(writing: Writing): Promise<StreamService> {
  const { url, ...service } = await startWriting(writing);
  return { ...service, subgraphs: { sales: { sdl: sdlOf('@rest(GET: "/sold")'), url } } };
}

async function startGraphqlSocket(): Promise<StreamService> {
  const open = new Map<WebSocket, Set<string>>();
  const service = await startSocketService({
    onMessage: ({ type, id = '' }, socket) => {
      if (type === 'connection_init') {
        open.set(socket, new Set());
        socket.on('close', () => open.delete(socket));
        say(socket, { type: 'connection_ack' });
      }
      if (type === 'subscribe') open.get(socket)?.add(id);
      if (type === 'complete') open.get(socket)?.delete(id);
    },
  });
  const network = await startTcpProxy(service.httpUrl);
  const tell = (message: object): void => {
    for (const [socket, ids] of open) for (const id of ids) say(socket, { id, ...message });
  };
  return {
    network,
    subgraphs: { sales: { sdl: sdlOf(''), url: `http://127.0.0.1:${network.port}/graphql` } },
    subscriptions: { protocol: 'ws' },
    size: () => [...open.values()].reduce((count, { size }) => count + size, 0),
    sell: (sku) => tell({ type: 'next', payload: result(sku) }),
    poison: () => tell({ type: 'next', payload: {} }),
    end: () => {
      tell({ type: 'complete' });
      for (const ids of open.values()) ids.clear();
    },
  };
}

const salesProto = `
  syntax = "proto3";
  package sales;
  service Sales { rpc Watch(WatchRequest) returns (stream Product); }
  message WatchRequest {}
  message Product { string sku = 1; }
`;

async function startGrpc(): Promise<StreamService> {
  const streams = new Set<ServerWritableStream<Buffer, Buffer>>();
  const server = new Server();
  const raw = (bytes: Buffer): Buffer => bytes;
  const method = {
    path: '/sales.Sales/Watch',
    requestStream: false,
    responseStream: true,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  };
  server.addService(
    { watch: method },
    {
      watch: (call: ServerWritableStream<Buffer, Buffer>) => {
        streams.add(call);
        for (const end of ['cancelled', 'close', 'error', 'finish']) call.on(end, () => streams.delete(call));
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, taken) =>
      error === null ? resolve(taken) : reject(error),
    );
  });
  onTestFinished(() => server.forceShutdown());
  const network = await startTcpProxy(`http://127.0.0.1:${port}`);
  const write = (bytes: Buffer): void => {
    for (const stream of streams) stream.write(bytes);
  };
  const sdl = `type Query { a: Int @grpc(method: "sales.Sales/Watch", select: "length(@)") }
    type Subscription { sold: Product @grpc(method: "sales.Sales/Watch") } ${product}`;
  return {
    network,
    subgraphs: { sales: { sdl, url: `grpc://127.0.0.1:${network.port}`, proto: 'sales.proto' } },
    files: { 'sales.proto': salesProto },
    size: () => streams.size,
    sell: (sku) => write(Buffer.from([0x0a, sku.length, ...Buffer.from(sku)])),
    poison: () => write(Buffer.from([0x0a, 0xff])),
    end: () => {
      for (const stream of streams) stream.end();
    },
  };
}

let buses = 0;

function startQueue(): Promise<StreamService> {
  const url = `memory:stream-services-${(buses += 1)}`;
  const bus = memoryBus(url);
  const listen = bus.listen.bind(bus);
  let size = 0;
  bus.listen = (pattern, onMessage) => {
    const stop = listen(pattern, onMessage);
    size += 1;
    return () => {
      size -= 1;
      stop();
    };
  };
  const sdl = `type Query { a: Int @request(topic: "a") } type Subscription { sold: Product @subscribe(topic: "sold") } ${product}`;
  return Promise.resolve({
    subgraphs: { sales: { sdl, url } },
    size: () => size,
    sell: (sku) => void bus.send({ topic: 'sold', body: JSON.stringify({ sku }) }),
    poison: () => void bus.send({ topic: 'sold', body: '{broken' }),
  });
}

const resolvers = `
  export default {
    Query: { a: () => 1 },
    Subscription: {
      sold: {
        subscribe: async function* (_, __, { services }) {
          for await (const sold of services.events.Subscription.happened({}, { sku: true })) yield { sold };
        },
      },
    },
  };
`;

async function startResolvers(): Promise<StreamService> {
  const queue = await startQueue();
  const events = queue.subgraphs['sales'];
  if (events === undefined) throw new Error('There is no queue.');
  const sdl = events.sdl
    .replaceAll('Product', 'Event')
    .replace('sold:', 'happened:')
    .replace('type Query { a: Int @request(topic: "a") }', '')
    .replace(' @key(fields: "sku", resolvable: false)', '');
  return {
    ...queue,
    poison: undefined,
    subgraphs: { events: { ...events, sdl }, sales: { sdl: sdlOf(''), resolvers: './sales.js' } },
    files: { 'sales.js': resolvers, 'package.json': '{"type":"module"}' },
  };
}

export const STREAM_SERVICES: Readonly<Record<string, () => Promise<StreamService>>> = {
  'GraphQL over server-sent events': startGraphqlEvents,
  'GraphQL over a WebSocket': startGraphqlSocket,
  'REST, server-sent events': () =>
    startRest({
      type: 'text/event-stream',
      event: (sku) => `data: ${JSON.stringify({ sku })}\n\n`,
      poison: 'data: {broken\n\n',
      last: '',
    }),
  'REST, lines of JSON': () =>
    startRest({
      type: 'application/x-ndjson',
      event: (sku) => `${JSON.stringify({ sku })}\n`,
      poison: '{broken\n',
      last: '',
    }),
  gRPC: startGrpc,
  queue: startQueue,
  stitched: startStitched,
  resolvers: startResolvers,
};
