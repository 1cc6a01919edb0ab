import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { Cancellation } from '../../src/model/cancellation.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import type { TlsFiles } from '../../src/sources/bound/tls-files.ts';
import { createCertificates } from '../sources/bound/certificates.ts';
import { describeService } from './describe-service.ts';
import { toProxyOf } from './kafka-front.ts';
import { describeKafka, startKafkaMock } from './kafka-mock.ts';
import { brokerUrls } from './service-urls.ts';
import { spawnBroker } from './spawn-broker.ts';

const certificates = createCertificates();
afterAll(() => certificates.remove());
const { ca, server, client } = certificates;

/** What each way of proving oneself comes to, at a server that wants to know who calls. */
const ways: [string, TlsFiles | undefined, boolean][] = [
  ['its authority and a certificate of ours', { ca, cert: client.cert, key: client.key }, true],
  ['no certificate of ours', { ca }, false],
  ['no authority of its own', { cert: client.cert, key: client.key }, false],
  ['another name', { ca, cert: client.cert, key: client.key, serverName: 'elsewhere' }, false],
  ['its other name', { ca, cert: client.cert, key: client.key, serverName: 'stock.internal' }, true],
];

/** TLS in front of a broker that speaks none, which wants to know who calls. */
async function startTlsFront(
  target: { host: string; port: number },
  rewrite: (chunk: Buffer, port: number) => Buffer = (chunk) => chunk,
): Promise<number> {
  const sockets = new Set<Socket>();
  const front = createServer({ ca, cert: server.cert, key: server.key, requestCert: true }, (socket) => {
    const upstream = connect(target.port, target.host);
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end.on('error', () => {}).on('close', () => [socket, upstream].forEach((other) => other.destroy()));
    }
    socket.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => socket.write(rewrite(chunk, port)));
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  onTestFinished(() => {
    front.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = front.address() as AddressInfo;
  return port;
}

async function isServed(url: string, tls: TlsFiles | undefined): Promise<boolean> {
  const broker = createBroker(url, { tls });
  onTestFinished(() => broker.close());
  const cancellation = new Cancellation();
  return broker.publish(`tls.t${randomUUID()}`, 1, { timeoutMs: 5_000, cancellation }).then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent' });
      return false;
    },
  );
}

const fronted = { RabbitMQ: 'amqps:', Mosquitto: 'mqtts:', Redis: 'rediss:' } as const;
for (const [name, protocol] of Object.entries(fronted)) {
  const plain = new URL(brokerUrls[name as keyof typeof fronted]);
  await describeService(`${name} over TLS`, plain.toString(), () => {
    describe(`${name} over TLS`, () => {
      it.each(ways)('is asked with %s', async (_way, tls, served) => {
        const port = await startTlsFront({ host: plain.hostname, port: Number(plain.port) });
        const url = plain.toString().replace(plain.protocol, protocol).replace(`:${plain.port}`, `:${port}`);
        expect(await isServed(url, tls)).toBe(served);
      });
    });
  });
}

const kafka = await startKafkaMock();
afterAll(() => kafka?.close());
describeKafka(kafka, (plain) => {
  describe('Kafka over TLS', () => {
    it.each(ways)('is asked with %s', async (_way, tls, served) => {
      const { hostname, port } = new URL(plain);
      const front = await startTlsFront({ host: hostname, port: Number(port) }, toProxyOf(plain));
      expect(await isServed(`kafkas://127.0.0.1:${front}`, tls)).toBe(served);
    });
  });
});

await describeService('NATS over TLS', brokerUrls.NATS, () => {
  describe('NATS over TLS', () => {
    it.each(ways)('is asked with %s', async (_way, tls, served) => {
      const files = ['--tlscacert', certificates.caFile, '--tlscert', server.files.cert, '--tlskey', server.files.key];
      const nats = await spawnBroker({
        command: 'nats-server',
        args: (port) => ['-a', '127.0.0.1', '-p', String(port), '--tlsverify', ...files],
      });
      onTestFinished(() => nats?.close());
      expect(await isServed(`tls://127.0.0.1:${nats?.port}`, tls)).toBe(served);
    });

    it('is not asked in the clear', async () => {
      expect(await isServed(brokerUrls.NATS.replace('nats:', 'tls:'), { ca })).toBe(false);
    });
  });
});
