// What connections and subscribers cost: memory and CPU of the gateway's process. `npm run bench:subscribers -- --connections 10000`.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import type { ConfigInput } from '../src/config/schema.ts';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '10000' },
    subscribers: { type: 'string', default: '1000' },
    events: { type: 'string', default: '200' },
  },
});
const connections = Number(values.connections);
const subscribers = Number(values.subscribers);
const events = Number(values.events);

const NEWS =
  'type Query { a: Int } type Subscription { news: Product! } type Product @key(fields: "sku", resolvable: false) { sku: ID! }';
const CATALOG = 'type Query { b: Int } type Product @key(fields: "sku") { sku: ID! name: String! }';

type Usage = { readonly heapMb: number; readonly rssMb: number; readonly cpuMs: number };

const streams = new Set<ServerResponse>();
let entityFetches = 0;

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

/** Streams what the benchmark writes to all who are subscribed. */
const news = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  streams.add(response);
  response.on('close', () => streams.delete(response));
});

const catalog = createServer((request, response) => {
  request.resume();
  entityFetches += 1;
  response.setHeader('content-type', 'application/json');
  response.end('{"data":{"_entities":[{"__typename":"Product","name":"Merino Throw"}]}}');
});

/** The gateway, in a process of its own; asked for its usage by message. */
async function startGateway(config: ConfigInput) {
  const child = fork(new URL('subscribers-gateway.ts', import.meta.url), [JSON.stringify(config)], {
    execArgv: ['--conditions=source', '--expose-gc', '--max-semi-space-size=64'],
  });
  const [url] = (await once(child, 'message')) as [string];
  const usage = async (): Promise<Usage> => {
    child.send('usage');
    const [answer] = (await once(child, 'message')) as [Usage];
    return answer;
  };
  return { url: url.replace('http', 'ws'), usage, stop: () => child.kill() };
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  return socket;
}

async function connectMany(url: string, count: number): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(100, count - sockets.length) }, () => connect(url));
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when each of the sockets has had so many events. */
async function receive(sockets: readonly WebSocket[], count: number): Promise<void> {
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          let left = count;
          socket.on('message', () => (left -= 1) === 0 && resolve());
        }),
    ),
  );
}

const urls = { news: await listen(news), catalog: await listen(catalog) };
const gateway = await startGateway({
  listen: { port: 0 },
  graph: { subgraphs: { news: { schema: NEWS, url: urls.news }, catalog: { schema: CATALOG, url: urls.catalog } } },
});
const empty = await gateway.usage();
const idle = await connectMany(gateway.url, connections);
const full = await gateway.usage();
const perConnection = ((full.rssMb - empty.rssMb) * 1000) / connections;
console.log(`${connections} idle connections: ${perConnection.toFixed(1)} kB each`);
await wait(25_000);
const pinged = await gateway.usage();
console.log(`their pings: ${((pinged.cpuMs - full.cpuMs) / 25).toFixed(1)} ms of CPU a second`);
for (const socket of idle) socket.terminate();

const clients = await connectMany(gateway.url, subscribers);
for (const client of clients)
  client.send('{"id":"1","type":"subscribe","payload":{"query":"subscription { news { sku name } }"}}');
await wait(2000);
const before = await gateway.usage();
const received = receive(clients, events);
const opened = streams.size;
for (let n = 0; n < events; n += 1) {
  for (const stream of streams)
    stream.write(`event: next\ndata: {"data":{"news":{"__typename":"Product","sku":"${n}"}}}\n\n`);
  await wait(5);
}
await received;
const after = await gateway.usage();
console.log(
  `${events} events to ${subscribers} subscribers: ${opened} subscription and ${entityFetches} entity fetches at the services, ` +
    `${(((after.cpuMs - before.cpuMs) * 1000) / events / subscribers).toFixed(1)} µs of CPU for each event and subscriber`,
);
gateway.stop();
process.exit(0);
