import { randomUUID } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectWorker, type IncomingRequest } from '../../examples/shipping/worker-connection.ts';
import type { GatewayError } from '../../src/errors/gateway-error.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import { rabbitProgram } from './rabbit-program.ts';
import { spawnKafka } from './kafka-mock.ts';
import { type BrokerProgram, type SpawnedBroker, spawnBroker } from './spawn-broker.ts';

type Case = {
  readonly name: string;
  readonly spawn: () => Promise<SpawnedBroker | undefined>;
  readonly url: (port: number) => string;
  /** What the broker must have before it is used. */
  readonly prepare?: (url: string) => Promise<void>;
  /** Whether what it has acknowledged is there again after a crash. */
  readonly keeps: boolean;
};

const nats: BrokerProgram = {
  command: 'nats-server',
  args: (port) => ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', './store'],
};
const redis: BrokerProgram = {
  command: 'redis-server',
  args: (port) => ['--port', String(port), '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
};

const mosquitto: BrokerProgram = {
  command: 'mosquitto',
  args: () => ['-c', 'mosquitto.conf'],
  files: (port) => ({ 'mosquitto.conf': `listener ${port} 127.0.0.1\nallow_anonymous true\n` }),
};

const cases: Case[] = [
  { name: 'NATS', spawn: () => spawnBroker(nats), url: (port) => `nats://127.0.0.1:${port}`, keeps: false },
  {
    name: 'NATS JetStream',
    spawn: () => spawnBroker(nats),
    url: (port) => `nats://127.0.0.1:${port}?jetstream=EVENTS`,
    keeps: true,
    prepare: async (url) => {
      const connection = await connectNats({ servers: new URL(url).host });
      await (await jetstreamManager(connection)).streams.add({ name: 'EVENTS', subjects: ['events.>'] });
      await connection.close();
    },
  },
  { name: 'Redis', spawn: () => spawnBroker(redis), url: (port) => `redis://127.0.0.1:${port}`, keeps: false },
  {
    name: 'Redis streams',
    spawn: () => spawnBroker(redis),
    url: (port) => `redis://127.0.0.1:${port}?streams=true`,
    keeps: true,
  },
  {
    name: 'RabbitMQ',
    spawn: () => spawnBroker(rabbitProgram()),
    url: (port) => `amqp://guest:guest@127.0.0.1:${port}`,
    keeps: false,
  },
  {
    name: 'Mosquitto',
    spawn: () => spawnBroker(mosquitto),
    url: (port) => `mqtt://127.0.0.1:${port}`,
    keeps: false,
  },
  // The test cluster keeps what it has in memory.
  { name: 'Kafka', spawn: spawnKafka, url: (port) => `kafka://127.0.0.1:${port}`, keeps: false },
];

const call = (timeoutMs = 10_000) => ({ timeoutMs, cancellation: new Cancellation() });

async function failure(promise: Promise<unknown>): Promise<GatewayError> {
  return promise.then(
    () => expect.fail('It should have been rejected.'),
    (error: unknown) => error as GatewayError,
  );
}

describe.each(cases)('$name, killed and started again', ({ name, spawn, url: toUrl, prepare, keeps }) => {
  it('fails what was under way, and takes everything up again', async ({ skip }) => {
    const server = await spawn();
    if (server === undefined) {
      if (process.env['CI'] === 'true') throw new Error(`${name} is not installed, and CI=true requires it.`);
      return skip(`${name} is not installed`);
    }
    onTestFinished(() => server.close());
    const url = toUrl(server.port);
    await prepare?.(url);
    const worker = await connectWorker(url);
    onTestFinished(() => worker.close());
    const broker = createBroker(url);
    onTestFinished(() => broker.close());
    const kept: IncomingRequest[] = [];
    const [asking, events] = [`ask.${randomUUID()}`, `events.${randomUUID()}`];
    await worker.onRequest(asking, (request) => {
      if (request.payload === 'now') request.answer({ id: request.id, payload: 'done' });
      else kept.push(request);
    });
    const stream = broker.subscribe(events, { cancellation: new Cancellation() })[Symbol.asyncIterator]();
    await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), { timeout: 10_000 });
    await broker.publish(events, 'before', call());
    expect((await stream.next()).value?.message).toBe('before');

    const pending = Array.from({ length: 1_000 }, async () => failure(broker.request(asking, 'keep', call(30_000))));
    await vi.waitFor(() => expect(kept).toHaveLength(1_000), { timeout: 10_000 });
    await server.kill();
    for (const error of await Promise.all(pending)) {
      expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'may-retry' });
    }
    expect(await failure(broker.publish(events, 'never', call()))).toMatchObject({ retry: 'not-sent' });
    expect(broker.stats()).toMatchObject({ inFlight: 0, subscriptions: 0 });

    await server.start();
    const done = await vi.waitFor(() => broker.request(asking, 'now', call(1_000)), { timeout: 20_000 });
    expect(done).toEqual({ kind: 'payload', value: 'done' });
    await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), { timeout: 10_000 });
    await broker.publish(events, 'after', call());
    if (!keeps) {
      expect((await stream.next()).value?.message).toMatchObject({ extensions: { reason: 'EVENTS_LOST' } });
    }
    expect((await stream.next()).value?.message).toBe('after');
  });
});
