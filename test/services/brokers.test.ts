import { connect as connectAmqp } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { connectAsync } from 'mqtt';
import { jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { afterAll, beforeAll } from 'vitest';
import { connectWorker } from '../../examples/shipping/worker-connection.ts';
import { type ContractSubject, describeBroker } from './broker-contract.ts';
import { describeService } from './describe-service.ts';
import { describeGroup } from './group-contract.ts';
import { describeResuming, type ResumeSubject } from './resume-contract.ts';
import { brokerUrls } from './service-urls.ts';

/** The group's queues outlive everybody: that is what they are for. */
async function removeQueues(): Promise<void> {
  for (const queue of groupTopics) {
    const connection = await connectAmqp(brokerUrls.RabbitMQ);
    await (await connection.createChannel()).deleteQueue(`${run}.${queue}`);
    await connection.close();
  }
}

async function trimStream(topic: string): Promise<void> {
  const client = new Redis(brokerUrls.Redis);
  await client.xtrim(topic, 'MAXLEN', 0);
  client.disconnect();
}

async function removeStreams(): Promise<void> {
  const client = new Redis(brokerUrls.Redis);
  for (const pattern of [`${run}.*`, 't*']) {
    for (const key of await client.keys(pattern))
      if (/^(r[0-9a-f]{32}\.)?t[0-9a-f]{32}\./.test(key)) await client.del(key);
  }
  client.disconnect();
}

async function purgeStream(topic: string): Promise<void> {
  const connection = await connectNats({ servers: new URL(brokerUrls.NATS).host });
  await (await jetstreamManager(connection)).streams.purge(run, { filter: topic });
  await connection.close();
}

type Case = Omit<ContractSubject, 'url' | 'connectWorker' | 'canBreak'> & {
  readonly name: string;
  readonly url: string;
  readonly groupUrl?: string;
  readonly resuming?: Omit<ResumeSubject, 'url' | 'events'>;
  /** What the broker must have before the suite. */
  readonly prepare?: () => Promise<() => Promise<void>>;
};

/** What groups were subscribed to. */
const groupTopics: string[] = [];

/** Topics of a run's own: suites of other checkouts may use the same broker. */
const run = `r${randomUUID().replaceAll('-', '')}`;

async function sendOverNats(url: string, topic: string, body: string): Promise<void> {
  const connection = await connectNats({ servers: new URL(url).host });
  connection.publish(topic, body);
  await connection.drain();
}

async function createStream(): Promise<() => Promise<void>> {
  const connection = await connectNats({ servers: new URL(brokerUrls.NATS).host });
  const { streams } = await jetstreamManager(connection);
  await streams.add({ name: run, subjects: [`${run}.>`], storage: StorageType.Memory });
  return async () => {
    await streams.delete(run);
    await connection.close();
  };
}

const cases: Case[] = [
  {
    name: 'RabbitMQ',
    url: brokerUrls.RabbitMQ,
    tellsNobody: true,
    groupUrl: `${brokerUrls.RabbitMQ}?group=${run}`,
    prepare: async () => removeQueues,
    sendRaw: async (url, topic, body) => {
      const connection = await connectAmqp(url);
      const channel = await connection.createConfirmChannel();
      channel.publish('amq.topic', topic, Buffer.from(body));
      await channel.waitForConfirms();
      await connection.close();
    },
  },
  {
    name: 'Mosquitto',
    url: brokerUrls.Mosquitto,
    tellsNobody: true,
    sendRaw: async (url, topic, body) => {
      const client = await connectAsync(url);
      await client.publishAsync(topic.replaceAll('.', '/'), body, { qos: 1 });
      await client.endAsync();
    },
  },
  {
    name: 'NATS',
    url: brokerUrls.NATS,
    tellsNobody: true,
    sendRaw: sendOverNats,
  },
  {
    name: 'NATS JetStream',
    url: `${brokerUrls.NATS}?jetstream=${run}`,
    tellsNobody: true,
    tellsUnsubscribed: false,
    events: run,
    keeps: true,
    prepare: createStream,
    groupUrl: `${brokerUrls.NATS}?jetstream=${run}&group=gateways`,
    resuming: { forget: purgeStream },
    sendRaw: sendOverNats,
  },
  {
    name: 'Redis',
    url: brokerUrls.Redis,
    tellsNobody: true,
    sendRaw: async (url, topic, body) => {
      const client = new Redis(url);
      await client.publish(topic, body);
      client.disconnect();
    },
  },
  {
    name: 'Redis streams',
    url: `${brokerUrls.Redis}?streams=true`,
    tellsNobody: true,
    tellsUnsubscribed: false,
    events: run,
    hasWildcards: false,
    keeps: true,
    groupUrl: `${brokerUrls.Redis}?streams=true&group=gateways`,
    resuming: { forget: trimStream },
    prepare: async () => removeStreams,
    sendRaw: async (_url, topic, body) => {
      const client = new Redis(brokerUrls.Redis);
      await client.xadd(topic, '*', 'payload', body);
      client.disconnect();
    },
  },
];

for (const { name, url, prepare, resuming, groupUrl, ...subject } of cases) {
  await describeService(name, url, () => {
    let end: (() => Promise<void>) | undefined;
    beforeAll(async () => {
      end = await prepare?.();
    });
    afterAll(() => end?.());
    const events = subject.events === undefined ? {} : { events: subject.events };
    describeBroker(name, { ...subject, url: () => url, connectWorker, canBreak: true });
    if (resuming !== undefined) describeResuming(name, { ...resuming, ...events, url: () => url });
    if (groupUrl !== undefined)
      describeGroup(name, { ...events, url: () => groupUrl, onTopic: (topic) => groupTopics.push(topic) });
  });
}
