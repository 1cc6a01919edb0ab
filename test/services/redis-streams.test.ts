import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { Broker, BrokerOptions } from '../../src/sources/bound/brokers/broker.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import { describeService } from './describe-service.ts';
import { brokerUrls } from './service-urls.ts';
import { spawnBroker } from './spawn-broker.ts';

const PATIENT = { timeout: 20_000 };
const call = () => ({ timeoutMs: 10_000, cancellation: new Cancellation() });

function open(url: string, options: BrokerOptions = {}): Broker {
  const broker = createBroker(url, options);
  onTestFinished(() => broker.close());
  return broker;
}

await describeService('Redis', brokerUrls.Redis, () => {
  describe('Redis streams of a group', () => {
    it('gives all that a gateway had taken and died with to another', async () => {
      const stream = `events.${randomUUID()}`;
      const operator = new Redis(brokerUrls.Redis);
      onTestFinished(async () => {
        await operator.del(stream);
        operator.disconnect();
      });
      await operator.xgroup('CREATE', stream, 'gateways', '$', 'MKSTREAM');
      const numbers = Array.from({ length: 250 }, (_, index) => index);
      for (const n of numbers) await operator.xadd(stream, '*', 'payload', String(n));
      await operator.xreadgroup('GROUP', 'gateways', 'dead', 'COUNT', 1_000, 'STREAMS', stream, '>');
      const ids = (await operator.xrange(stream, '-', '+')).map(([id]) => id);
      // A minute ago.
      await operator.xclaim(stream, 'gateways', 'dead', 0, ...ids, 'IDLE', 61_000, 'JUSTID');
      const broker = open(`${brokerUrls.Redis}?streams=true&group=gateways`);
      const seen: unknown[] = [];
      const events = broker.subscribe(stream, { cancellation: new Cancellation() })[Symbol.asyncIterator]();
      while (seen.length < numbers.length) seen.push((await events.next()).value?.message);
      expect(seen).toEqual(numbers);
      await vi.waitFor(async () => expect((await operator.xpending(stream, 'gateways'))[0]).toBe(0), PATIENT);
    });
  });
});

describe('Redis whose server has become a replica', () => {
  it('is connected to anew, for another may be it now', async ({ skip }) => {
    const server = await spawnBroker({
      command: 'redis-server',
      args: (port) => ['--port', String(port), '--bind', '127.0.0.1', '--save', ''],
    });
    if (server === undefined) {
      if (process.env['CI'] === 'true') throw new Error('redis-server is not installed, and CI=true requires it.');
      return skip('redis-server is not installed');
    }
    onTestFinished(() => server.close());
    const operator = new Redis({ port: server.port, host: '127.0.0.1' });
    onTestFinished(() => operator.disconnect());
    const changes: string[] = [];
    const onConnection: BrokerOptions['onConnection'] = ({ kind }) => changes.push(kind);
    const broker = open(`redis://127.0.0.1:${server.port}?streams=true`, { onConnection });
    await broker.publish('events', 1, call());
    await operator.replicaof('127.0.0.1', '1');
    await expect(broker.publish('events', 2, call())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      detail: expect.stringContaining('READONLY') as unknown,
    });
    await vi.waitFor(() => expect(changes.slice(0, 2)).toEqual(['connected', 'lost']), PATIENT);
    await operator.replicaof('NO', 'ONE');
    await vi.waitFor(() => broker.publish('events', 3, call()), PATIENT);
    expect(await operator.xlen('events')).toBe(2);
  });
});
