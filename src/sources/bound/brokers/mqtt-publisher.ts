import type { IClientPublishOptions } from 'mqtt';
import { refusedByBroker } from './broker-error.ts';
import type { MqttSession } from './mqtt-session.ts';

/** What a broker allows in flight unless it says less (MQTT 5, 3.2.2.3.3). */
const MAX_RECEIVE = 65_535;
/** PUBACK reason: taken, but nobody is subscribed. */
const NO_MATCHING_SUBSCRIBERS = 16;
/** More than topic, properties and header of a packet of ours take. */
const PACKET_OVERHEAD = 2_048;

export type MqttPublisher = {
  /** Resolves on PUBACK. `hasReceivers` is false only where the broker says so (MQTT 5). */
  readonly publish: (
    topic: string,
    payload: string,
    options: IClientPublishOptions,
  ) => Promise<{ hasReceivers: boolean }>;
};

/** Publishes with QoS 1, never with more unacknowledged than the broker's receive maximum: it would hang up. */
export function createMqttPublisher({ client, connack }: MqttSession): MqttPublisher {
  const window = connack.properties?.receiveMaximum ?? MAX_RECEIVE;
  const maxBytes = connack.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
  const unheard = new Set<number>();
  const waiting: (() => void)[] = [];
  let unacknowledged = 0;

  // The library's callback does not get the reason of a good PUBACK; the packet comes just before it.
  client.on('packetreceive', (packet) => {
    if (packet.cmd !== 'puback' || packet.reasonCode !== NO_MATCHING_SUBSCRIBERS) return;
    if (packet.messageId !== undefined) unheard.add(packet.messageId);
  });

  function release(): void {
    unacknowledged -= 1;
    waiting.shift()?.();
  }

  return {
    publish: (topic, payload, options) => {
      if (Buffer.byteLength(payload) + PACKET_OVERHEAD > maxBytes) {
        return Promise.reject(refusedByBroker(`The message is over the broker's ${maxBytes} bytes.`));
      }
      const { promise, resolve, reject } = Promise.withResolvers<{ hasReceivers: boolean }>();
      const send = () => {
        unacknowledged += 1;
        client.publish(topic, payload, { ...options, qos: 1 }, (error) => {
          release();
          if (error === null || error === undefined) resolve({ hasReceivers: !unheard.delete(messageId) });
          else if ('code' in error && typeof error.code === 'number')
            reject(refusedByBroker('The MQTT broker refused the message.', error));
          else reject(error);
        });
        const messageId = client.getLastMessageId();
      };
      if (unacknowledged < window) send();
      else waiting.push(send);
      return promise;
    },
  };
}
