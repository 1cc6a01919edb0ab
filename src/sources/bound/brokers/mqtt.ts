import { randomUUID } from 'node:crypto';
import type { IClientPublishOptions, IPublishPacket, MqttClient } from 'mqtt';
import { parseEnvelope, printEnvelope } from './envelope.ts';
import type { BrokerAddress, Link, LinkEvents, OutgoingEvent, OutgoingRequest } from './link.ts';
import { createMqttPublisher } from './mqtt-publisher.ts';
import { openMqttSession } from './mqtt-session.ts';
import { createMqttSubscriptions } from './mqtt-subscriptions.ts';
import { parseReply } from './reply.ts';
import { MQTT_TOPICS, toBrokerTopic } from './topic.ts';

/**
 * MQTT 5 (response topic, correlation data, message expiry), or 3.1.1 with requests and replies wrapped (see
 * envelope.ts). Everything is QoS 1: a publish is acknowledged by PUBACK, which in MQTT 5 also says that nobody listens.
 */
export async function openMqttLink(broker: BrokerAddress, events: LinkEvents): Promise<Link> {
  const session = await openMqttSession(broker);
  const { client, version } = session;
  const replyTo = `selvedge/replies/${randomUUID()}`;
  const close = watchClient(client, events);
  const publisher = createMqttPublisher(session);
  const subscriptions = createMqttSubscriptions(session);
  const speech = version === 5 ? speakProperties(replyTo) : speakEnvelopes(replyTo);
  try {
    await subscriptions.subscribe(replyTo, (packet) => speech.readReply(packet, events));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    sendRequest: async (request) => {
      const { payload, options } = speech.request(request);
      const { hasReceivers } = await publisher.publish(toBrokerTopic(request.topic, MQTT_TOPICS), payload, options);
      if (!hasReceivers) events.onNobody(request.id);
    },
    sendEvent: async (event) => {
      await publisher.publish(toBrokerTopic(event.topic, MQTT_TOPICS), event.payload, speech.eventOptions(event));
    },
    subscribe: async (topic, onMessage) => {
      const filter = toBrokerTopic(topic, MQTT_TOPICS);
      const onPacket = (packet: IPublishPacket) => onMessage(packet.topic.replaceAll('/', '.'), packet.payload);
      return { unsubscribe: await subscriptions.subscribe(filter, onPacket), isComplete: false };
    },
    close,
  };
}

function watchClient(client: MqttClient, events: LinkEvents): () => Promise<void> {
  let isClosing = false;
  const lose = (cause?: unknown) => {
    if (!isClosing) events.onLost(cause ?? new Error('The MQTT connection was closed.'));
  };
  client.on('error', lose);
  client.on('close', () => lose());
  return async () => {
    isClosing = true;
    await client.endAsync(!client.connected).catch(() => {});
  };
}

type Speech = {
  readonly request: (request: OutgoingRequest) => { payload: string; options: IClientPublishOptions };
  readonly eventOptions: (event: OutgoingEvent) => IClientPublishOptions;
  readonly readReply: (packet: IPublishPacket, events: LinkEvents) => void;
};

function speakProperties(responseTopic: string): Speech {
  return {
    request: ({ id, payload, ttlMs }) => ({
      payload,
      options: {
        properties: {
          responseTopic,
          correlationData: Buffer.from(id),
          messageExpiryInterval: Math.ceil(ttlMs / 1000),
          contentType: 'application/json',
        },
      },
    }),
    eventOptions: ({ key }) => ({
      properties: { contentType: 'application/json', ...(key === undefined ? {} : { userProperties: { key } }) },
    }),
    readReply: (packet, events) => {
      const id = packet.properties?.correlationData?.toString();
      if (id === undefined) events.onUnreadableReply();
      else events.onReply(id, parseReply(packet.payload));
    },
  };
}

function speakEnvelopes(replyTo: string): Speech {
  return {
    request: (request) => ({ payload: printEnvelope(request, replyTo), options: {} }),
    eventOptions: () => ({}),
    readReply: (packet, events) => {
      const envelope = parseEnvelope(packet.payload);
      if (envelope === undefined) events.onUnreadableReply();
      else events.onReply(envelope.id, envelope.reply);
    },
  };
}
