import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { GatewayKind, Launch, Setting } from './gateways.ts';
import { type PinnedProcess, startProcess } from './pinned-process.ts';
import { readProcessUsage } from './process-usage.ts';
import type { LoadOptions, LoadResult } from './run-load.ts';
import type { Scenario } from './scenarios.ts';
import type { ServiceCounts, ServicesMessage } from './services.ts';

/** One stretch of load on one gateway. */
export type Slice = LoadResult & {
  /** CPU time of the gateway's process, while the load ran. */
  readonly cpuMs: number;
  readonly upstreamRequests: number;
  /** Requests that the services had not been sent before, so that their answers cost more than a look-up. */
  readonly unknownRequests: number;
};

export type RunningGateway = {
  readonly name: string;
  readonly process: PinnedProcess;
  readonly port: number;
  readonly path: string;
  readonly toExpected: Launch['toExpected'];
};

/** The services' and the load generator's processes, which serve all gateways of a run. */
export type Bench = {
  /** The services' origin, in HTTP and in gRPC. */
  readonly services: string;
  readonly grpcService: string;
  /** The broker that the services listen on; undefined where there is none. */
  readonly queue: string | undefined;
  readonly countRequests: () => Promise<ServiceCounts>;
  readonly load: (options: LoadOptions) => Promise<LoadResult>;
  readonly stop: () => Promise<void>;
};

export type LoadShape = { readonly connections: number; readonly durationMs: number };

const GATEWAY_CORE = 0;
const LOAD_CORE = 1;
const START_LIMIT_MS = 60_000;
const START_POLL_MS = 100;
/** For the slowest: fifty requests of ten thousand entities each. */
const DRAIN_MS = 120_000;

export async function startBench(delayMs: number): Promise<Bench> {
  const script = (file: string): string => new URL(file, import.meta.url).pathname;
  const common = { core: LOAD_CORE, isTalking: true };
  const services = startProcess({
    ...common,
    command: [process.execPath, script('services.ts'), '--delay', String(delayMs)],
  });
  const { port, grpcPort, queueUrl } = await readMessage<Extract<ServicesMessage, { readonly port: number }>>(services);
  const load = startProcess({ ...common, command: [process.execPath, script('load.ts')] });
  return {
    services: `http://127.0.0.1:${port}`,
    grpcService: `grpc://127.0.0.1:${grpcPort}`,
    queue: queueUrl,
    countRequests: () => ask<ServiceCounts>(services, 'count'),
    load: (options) => ask<LoadResult>(load, options),
    stop: async () => void (await Promise.all([services.stop(), load.stop()])),
  };
}

export function addressOf({ services }: Scenario, bench: Bench): string | undefined {
  switch (services) {
    case 'grpc':
      return bench.grpcService;
    case 'queue':
      return bench.queue;
    case 'graphql':
    case 'rest':
      return bench.services;
  }
}

/** Resolves when the gateway answers right. Rejects, with what it wrote, if that takes too long or it ends. */
export async function startGateway(
  kind: GatewayKind,
  setting: Omit<Setting, 'port'>,
  { bench, scenario }: { readonly bench: Bench; readonly scenario: Scenario },
): Promise<RunningGateway> {
  const port = await findFreePort();
  const launch: Launch = kind.launch({ ...setting, port });
  const gateway: RunningGateway = {
    name: kind.name,
    process: startProcess({ ...launch, core: GATEWAY_CORE }),
    port,
    path: launch.path,
    toExpected: launch.toExpected,
  };
  try {
    await waitForAnswer(gateway, { bench, scenario });
    return gateway;
  } catch (error) {
    await gateway.process.stop();
    throw error;
  }
}

/** Puts load on the gateway. Its CPU time counts from before the first request until the last is answered. */
export async function measureSlice(
  gateway: RunningGateway,
  scenario: Scenario,
  { bench, shape }: { readonly bench: Bench; readonly shape: LoadShape },
): Promise<Slice> {
  const countsBefore = await bench.countRequests();
  const usageBefore = readProcessUsage(gateway.process.pid);
  const result = await bench.load({ ...toLoad(gateway, scenario), ...shape });
  const usage = readProcessUsage(gateway.process.pid);
  const counts = await bench.countRequests();
  return {
    ...result,
    cpuMs: usage.cpuMs - usageBefore.cpuMs,
    upstreamRequests: counts.requests - countsBefore.requests,
    unknownRequests: counts.computed - countsBefore.computed,
  };
}

async function waitForAnswer(
  gateway: RunningGateway,
  { bench, scenario }: { readonly bench: Bench; readonly scenario: Scenario },
): Promise<void> {
  const limit = performance.now() + START_LIMIT_MS;
  for (;;) {
    const one = await bench.load({ ...toLoad(gateway, scenario), connections: 1, durationMs: 0 });
    if (one.failed === 0) return;
    if (gateway.process.exitCode() !== null || performance.now() > limit)
      throw new Error([one.failure, gateway.process.output()].join('\n'));
    await new Promise((resolve) => setTimeout(resolve, START_POLL_MS));
  }
}

function toLoad(
  { port, path, toExpected }: RunningGateway,
  { query, expected }: Scenario,
): Omit<LoadOptions, keyof LoadShape> {
  return { port, path, query, expected: toExpected?.(expected) ?? expected, drainMs: DRAIN_MS };
}

async function ask<Answer>(process: PinnedProcess, message: object | string): Promise<Answer> {
  const answer = readMessage<Answer>(process);
  process.child.send(message);
  return answer;
}

async function readMessage<Message>({ child, output }: PinnedProcess): Promise<Message> {
  const ended = new AbortController();
  const options = { signal: ended.signal };
  try {
    const exited = once(child, 'exit', options).then(() => {
      throw new Error(`A process of the benchmark ended: ${output()}`);
    });
    const [message] = (await Promise.race([once(child, 'message', options), exited])) as [Message];
    return message;
  } finally {
    ended.abort();
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
