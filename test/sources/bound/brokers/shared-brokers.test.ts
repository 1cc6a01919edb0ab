import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Cancellation } from '../../../../src/model/cancellation.ts';
import type { ConnectionChange } from '../../../../src/sources/bound/brokers/broker.ts';
import { createSharedBrokers } from '../../../../src/sources/bound/brokers/shared-brokers.ts';

const call = () => ({ timeoutMs: 1_000, cancellation: new Cancellation() });

function testBrokers() {
  const log: ConnectionChange['kind'][] = [];
  return { brokers: createSharedBrokers({ onConnection: (_, { kind }) => log.push(kind) }), log };
}

it('connects once for all who name the same URL', async () => {
  const { brokers, log } = testBrokers();
  const [first, second, other] = [brokers.open('memory:a'), brokers.open('memory:a'), brokers.open('memory:b')];
  await Promise.all([first, second].map((broker) => broker.publish('x', 1, call())));
  expect(log).toEqual(['connected']);
  await other.publish('x', 1, call());
  expect(log).toEqual(['connected', 'connected']);
  await Promise.all([first, second, other].map((broker) => broker.close()));
});

it('ends the connection with its last user, whoever closes twice', async () => {
  const { brokers } = testBrokers();
  const [first, second] = [brokers.open('memory:a'), brokers.open('memory:a')];
  await first.close();
  await first.close();
  await second.publish('x', 1, call());
  await second.close();
  await expect(second.publish('x', 1, call())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  const third = brokers.open('memory:a');
  await third.publish('x', 1, call());
  await third.close();
});

it('names a broker without its credentials when its connection cannot be made', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const names = new Set<string>();
  const brokers = createSharedBrokers({ onConnection: (name) => names.add(name) });
  const broker = brokers.open(`amqp://user:secret@127.0.0.1:${port}/path?exchange=secret`);
  await expect(broker.publish('x', 1, call())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  await broker.close();
  expect([...names]).toEqual([`amqp://127.0.0.1:${port}`]);
});
