import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Cancellation } from '../../../../src/model/cancellation.ts';
import { createBroker } from '../../../../src/sources/bound/brokers/create-broker.ts';

/** What a publish comes to where this is said to whoever says something. */
async function publishTo(answer: string | Buffer): Promise<unknown> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).on('data', () => socket.write(answer));
    onTestFinished(() => void socket.destroy());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const broker = createBroker(`kafka://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => broker.close());
  const cancellation = new Cancellation();
  return broker.publish('t', 1, { timeoutMs: 10_000, cancellation }).catch((error: unknown) => error);
}

it.each([
  ['another protocol', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'],
  ['an answer without end', Buffer.concat([Buffer.from([0x7f, 0xff, 0xff, 0xff]), Buffer.alloc(1_000_000)])],
])('waits for no more of %s', async (_what, answer) => {
  expect(await publishTo(answer)).toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    retry: 'not-sent',
    detail: 'What answers there does not speak Kafka: is it the right port?',
  });
});

it.each([
  ['an answer to nothing that was asked', Buffer.from([0, 0, 0, 4, 0x7f, 0, 0, 1])],
  ['an answer that holds nothing', Buffer.from([0, 0, 0, 4, 0, 0, 0, 1])],
])('is not brought down by %s', async (_what, answer) => {
  expect(await publishTo(answer)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent' });
});
