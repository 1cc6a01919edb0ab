// The four subgraphs in a process of their own: `fork`ed by the benchmark, which it tells its port and what it served.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { startGrpcService } from './grpc-service.ts';
import { startQueueService } from './queue-service.ts';
import { answerRest } from './rest-data.ts';
import { createService, serviceNames } from './service-schemas.ts';

/** What the process says when asked, since its start. `computed` counts the answers that were not known before. */
export type ServiceCounts = { readonly requests: number; readonly computed: number };
export type ServicesMessage =
  | { readonly port: number; readonly grpcPort: number; readonly queueUrl: string | undefined }
  | ServiceCounts;

/** A gateway that never asks the same twice must not fill the memory; for all others that is far more than needed. */
const MAX_KNOWN_BYTES = 500_000_000;
/** A body larger than this is not a gateway's. */
const MAX_BODY_BYTES = 20_000_000;

const { values } = parseArgs({ options: { delay: { type: 'string', default: '0' } } });
const delayMs = Number(values.delay);
const services = new Map(serviceNames.map((name) => [`/${name}`, createService(name)]));
const known = new Map<string, Buffer>();
let knownBytes = 0;
const counts = { requests: 0, computed: 0 };

const server = createServer((request, response) => {
  counts.requests += 1;
  readBody(request, (body) => void answer(request.url ?? '', body, response));
});
// While the others are measured a gateway is idle for minutes; its connections must not be closed meanwhile.
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
const count = (): void => {
  counts.requests += 1;
};
const [grpcPort, queueUrl] = await Promise.all([startGrpcService(count), startQueueService(count)]);
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port, grpcPort, queueUrl }));
process.on('message', () => tell(counts));
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());

function readBody(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => done(Buffer.concat(chunks, length).toString('latin1')));
}

/** Known answers cost a look-up: `main` would otherwise take longer here than in any gateway. */
async function answer(path: string, body: string, response: ServerResponse): Promise<void> {
  const key = path + body;
  const bytes = known.get(key) ?? (await compute(path, body));
  if (delayMs > 0) setTimeout(() => send(response, bytes), delayMs);
  else send(response, bytes);
}

function send(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

async function compute(path: string, body: string): Promise<Buffer> {
  counts.computed += 1;
  const bytes = Buffer.from(JSON.stringify(await askService(path, body)));
  const size = path.length + body.length + bytes.length;
  if (knownBytes + size <= MAX_KNOWN_BYTES) {
    knownBytes += size;
    known.set(path + body, bytes);
  }
  return bytes;
}

async function askService(path: string, body: string): Promise<unknown> {
  const rest = path.startsWith('/rest/') ? answerRest(path) : undefined;
  if (rest !== undefined) return rest;
  const service = services.get(path);
  if (service === undefined) return { errors: [{ message: `There is no service at ${path}.` }] };
  try {
    return await service(Buffer.from(body, 'latin1').toString());
  } catch (error) {
    return { errors: [{ message: String(error) }] };
  }
}

function tell(message: ServicesMessage): void {
  process.send?.(message);
}
