import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { GatewayError } from '../../../../src/errors/gateway-error.ts';
import { Cancellation } from '../../../../src/model/cancellation.ts';
import { createBroker } from '../../../../src/sources/bound/brokers/create-broker.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A server that speaks just enough NATS, allows only subjects below `ok.`, and logs the lines it gets. */
async function testServer(): Promise<{ url: string; log: string[] }> {
  const log: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const info = {
      server_id: 'test',
      version: '2.10.0',
      proto: 1,
      headers: true,
      max_payload: 1_000,
      host: '127.0.0.1',
      port: 0,
    };
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n')) {
        const [verb = '', subject = ''] = line.split(' ');
        if (verb === 'CONNECT' || verb === 'PUB') log.push(line);
        const refused = { PUB: 'Publish', HPUB: 'Publish', SUB: 'Subscription' }[verb];
        if (refused !== undefined && !/^(ok\.|_INBOX\.)/.test(subject)) {
          socket.write(`-ERR 'Permissions Violation for ${refused} to "${subject}"'\r\n`);
        }
        if (verb === 'PING') socket.write('PONG\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return { url: `127.0.0.1:${(server.address() as AddressInfo).port}`, log };
}

async function start(credentials = '') {
  const { url, log } = await testServer();
  const broker = createBroker(`nats://${credentials}${url}`);
  cleanups.push(() => broker.close());
  return { broker, log };
}

const call = () => ({ timeoutMs: 5_000, cancellation: new Cancellation() });

async function failure(promise: Promise<unknown>): Promise<GatewayError> {
  return promise.then(
    () => expect.fail('It should have been rejected.'),
    (error: unknown) => error as GatewayError,
  );
}

it('rejects a publish that the server refuses before its PONG, and no other', async () => {
  const { broker } = await start();
  const [allowed, refused] = await Promise.all([
    broker.publish('ok.orders', 1, call()),
    failure(broker.publish('secret.orders', 1, call())),
  ]);
  expect(allowed).toBeUndefined();
  expect(refused).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'final' });
  expect(refused.message).not.toContain('secret');
});

it('rejects a request that the server refuses, at once', async () => {
  const { broker } = await start();
  const patient = { timeoutMs: 60_000, cancellation: new Cancellation() };
  const error = await failure(broker.request('secret.orders', 1, patient));
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', detail: 'The broker takes no messages on the topic.' });
  expect(broker.stats().inFlight).toBe(0);
});

it('fails the stream of a subscription that the server refuses', async () => {
  const { broker } = await start();
  const error = await failure(
    broker.subscribe('secret.>', { cancellation: new Cancellation() })[Symbol.asyncIterator]().next(),
  );
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', detail: 'The NATS server refused the subscription.' });
});

it("does not send what is over the server's limit, which would end the connection for everybody", async () => {
  const { broker, log } = await start();
  const error = await failure(broker.publish('ok.big', 'x'.repeat(1_000), call()));
  expect(error.detail).toBe("The message is over the server's 1000 bytes.");
  await broker.publish('ok.small', 'x', call());
  expect(log.filter((line) => line.startsWith('PUB'))).toEqual(['PUB ok.small 3']);
});

it.each([
  ['user:pass%20word@', { user: 'user', pass: 'pass word' }],
  ['s3cr3t@', { auth_token: 's3cr3t' }],
])('sends the credentials of nats://%shost', async (credentials, expected) => {
  const { broker, log } = await start(credentials);
  await broker.publish('ok.orders', 1, call());
  expect(JSON.parse(log[0]?.slice('CONNECT '.length) ?? '')).toMatchObject(expected);
});
