import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { GatewayError } from '../../src/errors/gateway-error.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { Broker } from '../../src/sources/bound/brokers/broker.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import { rabbitProgram } from './rabbit-program.ts';
import { type BrokerProgram, spawnBroker } from './spawn-broker.ts';

/** Who may do nothing with the topics below `closed`. */
const user = 'g@te/way';
const password = 'p:w/%@ é1';

type Case = {
  readonly name: string;
  readonly program: BrokerProgram;
  readonly url: (port: number, credentials: string) => string;
  /** Who is spoken of where the credentials are refused. */
  readonly speaker: string;
  /** Another user, who may not publish or subscribe at all, where permissions are not by topic. */
  readonly restricted?: string;
  /** Whether it says that a subscription is refused; else it gives one on which nothing comes. */
  readonly refusesSubscriptions: boolean;
  /** More bytes than it takes, and why; absent where that is more than a call may have. */
  readonly tooMuch?: { readonly bytes: number; readonly detail: string };
};

const redisRules = `user default off
user ${user} on #${createHash('sha256').update(password).digest('hex')} ~open* ~selvedge* &open* &selvedge* +@all
`;

const redis: BrokerProgram = {
  command: 'redis-server',
  args: (port) => ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--aclfile', './users.acl'],
  files: () => ({ 'users.acl': redisRules }),
};

function rabbitUser(name: string, salt = Buffer.from('salt')): object {
  const hash = createHash('sha256').update(salt).update(password).digest();
  const password_hash = Buffer.concat([salt, hash]).toString('base64');
  return { name, password_hash, hashing_algorithm: 'rabbit_password_hashing_sha256', tags: [] };
}

const rabbitDefinitions = {
  vhosts: [{ name: '/' }],
  users: [rabbitUser(user), rabbitUser('restricted')],
  permissions: [
    { user, vhost: '/', configure: '.*', write: '.*', read: '.*' },
    { user: 'restricted', vhost: '/', configure: '.*', write: '^amq.gen.*', read: '^amq.rabbitmq.*' },
  ],
};

const cases: Case[] = [
  {
    name: 'NATS',
    program: {
      command: 'nats-server',
      args: () => ['-c', 'nats.conf'],
      files: (port) => ({
        'nats.conf': `listen: "127.0.0.1:${port}", max_payload: 1024
          authorization { users: [{ user: "${user}", password: "${password}", permissions: {
            publish: { deny: ["closed.>"] }, subscribe: { deny: ["closed.>"] } } }] }`,
      }),
    },
    url: (port, credentials) => `nats://${credentials}127.0.0.1:${port}`,
    speaker: 'NATS',
    refusesSubscriptions: true,
    tooMuch: { bytes: 2_000, detail: "The message is over the server's 1024 bytes." },
  },
  {
    name: 'Mosquitto',
    program: {
      command: 'mosquitto',
      args: () => ['-c', 'mosquitto.conf'],
      files: (port) => ({
        'mosquitto.conf': `listener ${port} 127.0.0.1
user root
password_file ./passwords
acl_file ./rights
max_packet_size 4000
`,
        passwords: `${user}:${mosquittoHash(password)}\n`,
        rights: `user ${user}\ntopic readwrite open/#\ntopic readwrite selvedge/#\n`,
      }),
    },
    url: (port, credentials) => `mqtt://${credentials}127.0.0.1:${port}`,
    speaker: 'MQTT',
    refusesSubscriptions: false,
    tooMuch: { bytes: 5_000, detail: "The message is over the broker's 4000 bytes." },
  },
  {
    name: 'Redis',
    program: redis,
    url: (port, credentials) => `redis://${credentials}127.0.0.1:${port}`,
    speaker: 'Redis',
    refusesSubscriptions: true,
  },
  {
    name: 'Redis streams',
    program: redis,
    url: (port, credentials) => `redis://${credentials}127.0.0.1:${port}?streams=true`,
    speaker: 'Redis',
    refusesSubscriptions: true,
  },
  {
    name: 'RabbitMQ',
    program: rabbitProgram(rabbitDefinitions),
    url: (port, credentials) => `amqp://${credentials}127.0.0.1:${port}`,
    speaker: 'AMQP',
    restricted: 'restricted',
    refusesSubscriptions: true,
  },
];

/** The form of Mosquitto's password files: PBKDF2 with SHA-512 of `$7$`, or the plain SHA-512 of `$6$`. */
function mosquittoHash(secret: string): string {
  const salt = Buffer.from('salt of test');
  const hash = createHash('sha512').update(secret).update(salt).digest('base64');
  return `$6$${salt.toString('base64')}$${hash}`;
}

const call = () => ({ timeoutMs: 10_000, cancellation: new Cancellation() });

async function failure(promise: Promise<unknown>): Promise<GatewayError> {
  return promise.then(
    () => expect.fail('It should have been refused.'),
    (error: unknown) => error as GatewayError,
  );
}

const servers = await Promise.all(
  cases.map(async (subject) => ({ subject, server: await spawnBroker(subject.program) })),
);
afterAll(async () => {
  for (const { server } of servers) await server?.close();
});

for (const { subject, server } of servers) {
  if (server === undefined && process.env['CI'] === 'true')
    throw new Error(`${subject.program.command} is not installed, and CI=true requires it.`);
  describe.skipIf(server === undefined)(`${subject.name} that lets in only whom it knows`, () =>
    describeRefusals(subject, server?.port ?? 0),
  );
}

function describeRefusals(
  { url, speaker, restricted = user, refusesSubscriptions, tooMuch }: Case,
  port: number,
): void {
  /** A broker, and what became of its connection. */
  function open(name?: string, secret = password): { readonly broker: Broker; readonly changes: readonly string[] } {
    const credentials = name === undefined ? '' : `${encodeURIComponent(name)}:${encodeURIComponent(secret)}@`;
    const changes: string[] = [];
    const broker = createBroker(url(port, credentials), { onConnection: ({ kind }) => changes.push(kind) });
    onTestFinished(() => broker.close());
    return { broker, changes };
  }

  it('lets in who says so in the URL', async () => {
    await open(user).broker.publish('open.a', 1, call());
  });

  it.each([
    ['another password', user, 'no'],
    ['another user', 'somebody', password],
    ['nobody', undefined, ''],
  ])('refuses %s, says so to the operator and keeps the secret', async (_who, name, secret) => {
    const error = await failure(open(name, secret).broker.publish('open.a', 1, call()));
    expect(error).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'The service could not be reached.',
      retry: 'not-sent',
      detail: `${speaker} wants other credentials than its URL has.`,
    });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(password);
  });

  it('refuses a publish that the user may not make, and nothing else', async () => {
    const { broker, changes } = open(restricted);
    for (const _attempt of [1, 2]) {
      const error = await failure(broker.publish('closed.a', 1, call()));
      expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', message: 'The message broker refused the message.' });
    }
    expect(changes).toEqual(['connected']);
  });

  it.runIf(refusesSubscriptions)('refuses a subscription that the user may not have, and nothing else', async () => {
    const { broker, changes } = open(restricted);
    const events = broker.subscribe('closed.a', { cancellation: new Cancellation() })[Symbol.asyncIterator]();
    expect(await failure(events.next())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(broker.stats().subscriptions).toBe(0);
    expect(changes).toEqual(['connected']);
  });

  it.runIf(tooMuch !== undefined)('refuses a message that is more than it takes, and nothing else', async () => {
    const { broker, changes } = open(user);
    const [bytes, detail] = [tooMuch?.bytes ?? 0, tooMuch?.detail];
    const error = await failure(broker.publish('open.a', 'x'.repeat(bytes), call()));
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', detail });
    await broker.publish('open.a', 'x', call());
    expect(changes).toEqual(['connected']);
  });
}
