import { inspect } from 'node:util';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { GatewayError } from '../../src/errors/gateway-error.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import { createCertificates } from '../sources/bound/certificates.ts';
import { startKafkaFront } from './kafka-front.ts';
import { describeKafka, startKafkaMock } from './kafka-mock.ts';
import type { SaslOptions } from './kafka-sasl.ts';

const user = 'gate=way,1@stock';
const password = 'S3cret/:@ =,%é';
const users = { [user]: password };
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'];

const certificates = createCertificates();
const mock = await startKafkaMock();
afterAll(async () => {
  certificates.remove();
  await mock?.close();
});

describeKafka(mock, (plain) => {
  type Server = { readonly sasl: SaslOptions; readonly isTls?: boolean };
  type Client = {
    readonly option: string;
    readonly as?: readonly [name: string, password: string];
    /** Without TLS, whatever the server speaks. */
    readonly isPlain?: boolean;
  };

  /** What a publish comes to: undefined where it was taken. */
  async function publish(
    server: Server,
    { option, as, isPlain = server.isTls !== true }: Client,
  ): Promise<GatewayError | undefined> {
    const { hostname, port } = new URL(plain);
    const { cert, key } = certificates.server;
    const front = await startKafkaFront({
      target: { host: hostname, port: Number(port) },
      sasl: server.sasl,
      ...(server.isTls === true ? { tls: { cert, key } } : {}),
    });
    onTestFinished(() => front.close());
    const credentials = as === undefined ? '' : `${as.map(encodeURIComponent).join(':')}@`;
    const url = `kafka${isPlain ? '' : 's'}://${credentials}127.0.0.1:${front.port}${as === undefined ? '' : `?sasl=${option}`}`;
    const broker = createBroker(url, { tls: { ca: certificates.ca } });
    onTestFinished(() => broker.close());
    return broker.publish('auth', 1, { timeoutMs: 10_000, cancellation: new Cancellation() }).then(
      () => undefined,
      (error: unknown) => error as GatewayError,
    );
  }

  const serverOf = (option: string, fault?: SaslOptions['fault']): Server => ({
    sasl: { mechanism: option.toUpperCase(), users, ...(fault === undefined ? {} : { fault }) },
  });

  describe('Kafka that asks who is there', () => {
    it.each(mechanisms)('lets in who says so by %s', async (option) => {
      expect(await publish(serverOf(option), { option, as: [user, password] })).toBeUndefined();
      expect(await publish({ ...serverOf(option), isTls: true }, { option, as: [user, password] })).toBeUndefined();
    });

    it.each([
      ...mechanisms.map((option) => ['another password', option, option, user, `${password}!`] as const),
      ...mechanisms.map((option) => ['another user', option, option, 'somebody', password] as const),
      ['another way', 'scram-sha-512', 'scram-sha-256', user, password] as const,
    ])('refuses %s (%s), says what to look at and keeps the secret', async (_what, has, option, name, secret) => {
      const error = await publish(serverOf(has), { option, as: [name, secret] });
      expect(error).toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
        message: 'The service could not be reached.',
        retry: 'not-sent',
        detail: `Kafka wants other credentials than its URL has, which go by SASL ${option.toUpperCase()} (the option "sasl").`,
      });
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(password);
    });

    it('hangs up on who says nothing, and who speaks no TLS: what it may want is said', async () => {
      expect(await publish(serverOf('plain'), { option: 'plain' })).toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
        retry: 'not-sent',
        detail: 'Kafka hung up before it had answered: it may want a user and password, or TLS (kafkas://).',
      });
      const server = { ...serverOf('plain'), isTls: true };
      const error = await publish(server, { option: 'plain', as: [user, password], isPlain: true });
      expect(error?.detail).toMatch(/kafkas:\/\//);
    });

    it.each(['lies', 'empty', 'nonsense', 'endless'] as const)(
      'is refused where its own proof is wrong: %s',
      async (fault) => {
        const error = await publish(serverOf('scram-sha-256', fault), {
          option: 'scram-sha-256',
          as: [user, password],
        });
        expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent' });
        expect(error?.detail).toMatch(/^Kafka has not proved by SASL SCRAM-SHA-256 that it is who it should be/);
      },
    );
  });
});
