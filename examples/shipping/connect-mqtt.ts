import { connectAsync, type IPublishPacket, type MqttClient } from 'mqtt';
import { printAnswer, readEnvelope, readJson, type WorkerConnection } from './worker-connection.ts';

/** The codes by which a broker says that it does not speak MQTT 5. */
const UNSUPPORTED_VERSION = new Set<unknown>([1, 132]);

type Listener = (packet: IPublishPacket) => void;

/** MQTT: in version 5 a request's properties say where the answer goes; in 3.1.1 requests and answers are wrapped. */
export async function connectMqtt(url: string): Promise<WorkerConnection> {
  const client = await connect(url);
  // The client reconnects and subscribes again by itself.
  client.on('error', () => {});
  const listeners: { readonly filter: string; readonly listener: Listener }[] = [];
  client.on('message', (topic, _body, packet) => {
    for (const { filter, listener } of listeners) if (isMatch(filter, topic)) listener(packet);
  });
  const listen = async (topic: string, listener: Listener) => {
    const filter = topic.replaceAll('.', '/').replaceAll('*', '+');
    listeners.push({ filter, listener });
    await client.subscribeAsync(filter, { qos: 1 });
  };
  return {
    onRequest: (topic, listener) =>
      listen(topic, (packet) => {
        const { responseTopic, correlationData } = packet.properties ?? {};
        if (responseTopic !== undefined && correlationData !== undefined) {
          listener({
            id: correlationData.toString(),
            payload: readJson(packet.payload),
            // The broker drops expired requests itself.
            expiresAt: undefined,
            answer: (answer) => {
              const properties = { correlationData: Buffer.from(answer.id), contentType: 'application/json' };
              client.publish(responseTopic, printAnswer(answer), { qos: 1, properties });
            },
          });
          return;
        }
        const request = readEnvelope(packet.payload);
        if (request === undefined) return;
        const { id, payload, expiresAt, replyTo } = request;
        const answer = (body: object) => void client.publish(replyTo, JSON.stringify(body), { qos: 1 });
        listener({ id, payload, expiresAt, answer });
      }),
    onEvent: (topic, listener) =>
      listen(topic, (packet) => listener(readJson(packet.payload), packet.topic.replaceAll('/', '.'))),
    publish: async (topic, event) => {
      await client.publishAsync(topic.replaceAll('.', '/'), JSON.stringify(event), { qos: 1 });
    },
    close: () => client.endAsync(),
  };
}

async function connect(url: string): Promise<MqttClient> {
  try {
    return await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 500 }, false);
  } catch (error) {
    if (!UNSUPPORTED_VERSION.has((error as { code?: unknown }).code)) throw error;
    return connectAsync(url, { protocolVersion: 4, reconnectPeriod: 500 }, false);
  }
}

function isMatch(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const found = topic.split('/');
  return (
    wanted.length === found.length && wanted.every((segment, index) => segment === '+' || segment === found[index])
  );
}
