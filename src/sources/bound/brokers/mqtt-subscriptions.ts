import type { IPublishPacket } from 'mqtt';
import { refusedByBroker } from './broker-error.ts';
import type { MqttSession } from './mqtt-session.ts';
import { isTopicMatch } from './topic.ts';

type OnPacket = (packet: IPublishPacket) => void;
type Subscription = { readonly filter: string; readonly identifier: number; readonly onPacket: OnPacket };

export type MqttSubscriptions = {
  readonly subscribe: (filter: string, onPacket: OnPacket) => Promise<() => Promise<void>>;
};

/**
 * The filters of one client. In MQTT 5 a message says which subscriptions it is for; in 3.1.1 its topic is matched.
 * Retained messages are left out: they are no events.
 */
export function createMqttSubscriptions({ client, version, connack }: MqttSession): MqttSubscriptions {
  const hasIdentifiers = version === 5 && connack.properties?.subscriptionIdentifiersAvailable !== false;
  const byIdentifier = new Map<number, Subscription>();
  let lastIdentifier = 0;

  client.on('message', (topic, _payload, packet) => {
    if (packet.retain) return;
    for (const subscription of receivers(topic, packet)) subscription.onPacket(packet);
  });

  function receivers(topic: string, packet: IPublishPacket): readonly Subscription[] {
    const identifiers = packet.properties?.subscriptionIdentifier;
    if (identifiers === undefined) {
      return [...byIdentifier.values()].filter(({ filter }) => isTopicMatch(toPattern(filter), toPattern(topic)));
    }
    return [identifiers].flat().flatMap((identifier) => byIdentifier.get(identifier) ?? []);
  }

  function toOptions(identifier: number) {
    if (version === 4) return { qos: 1 as const };
    // rh 2: no retained messages when the subscription is made.
    const properties = hasIdentifiers ? { properties: { subscriptionIdentifier: identifier } } : {};
    return { qos: 1 as const, rh: 2, ...properties };
  }

  return {
    subscribe: async (filter, onPacket) => {
      const identifier = (lastIdentifier += 1);
      byIdentifier.set(identifier, { filter, identifier, onPacket });
      try {
        await client.subscribeAsync(filter, toOptions(identifier));
      } catch (error) {
        byIdentifier.delete(identifier);
        throw client.connected ? refusedByBroker('The MQTT broker refused the subscription.', error) : error;
      }
      return async () => {
        byIdentifier.delete(identifier);
        await client.unsubscribeAsync(filter);
      };
    },
  };
}

/** A filter or topic as our pattern, to be matched. */
function toPattern(filter: string): string {
  return filter.replaceAll('/', '.').replaceAll('+', '*').replaceAll('#', '>');
}
