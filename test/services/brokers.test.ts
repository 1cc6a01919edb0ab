import { connect as connectAmqp } from 'amqplib';
import { Redis } from 'ioredis';
import { connectAsync } from 'mqtt';
import { connect as connectNats } from '@nats-io/transport-node';
import { connectWorker } from '../../examples/shipping/worker-connection.ts';
import { type ContractSubject, describeBroker } from './broker-contract.ts';
import { describeService } from './describe-service.ts';
import { brokerUrls } from './service-urls.ts';

type Case = Pick<ContractSubject, 'sendRaw' | 'tellsNobody'> & { readonly name: string; readonly url: string };

const cases: Case[] = [
  {
    name: 'RabbitMQ',
    url: brokerUrls.RabbitMQ,
    tellsNobody: true,
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
    sendRaw: async (url, topic, body) => {
      const connection = await connectNats({ servers: new URL(url).host });
      connection.publish(topic, body);
      await connection.drain();
    },
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
];

for (const { name, url, sendRaw, tellsNobody } of cases) {
  await describeService(name, url, () =>
    describeBroker(name, { url: () => url, connectWorker, sendRaw, tellsNobody, canBreak: true }),
  );
}
